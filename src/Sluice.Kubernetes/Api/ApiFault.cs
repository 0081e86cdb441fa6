namespace Sluice.Kubernetes.Api;

/// <summary>An API server did not do what it was asked.</summary>
internal sealed class ApiFault : Exception
{
    public ApiFault(ApiFaultKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What follows from it.</summary>
    public ApiFaultKind Kind { get; }

    /// <summary>How long the server wants to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
