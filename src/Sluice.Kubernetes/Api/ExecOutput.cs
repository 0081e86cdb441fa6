namespace Sluice.Kubernetes.Api;

/// <summary>What a program printed, or why there is nothing.</summary>
/// <param name="Text">Its standard output.</param>
/// <param name="Problem">Why it failed, one line; null when it did not.</param>
public sealed record ExecOutput(ReadOnlyMemory<byte> Text, string? Problem)
{
    /// <summary>Whether there is no such program.</summary>
    public bool IsMissing { get; init; }
}
