namespace Sluice.Kubernetes.Configuration;

/// <summary>Where lines of a format go.</summary>
public sealed record LogStreamConfiguration
{
    /// <summary>Whether errors and the rest go to two streams.</summary>
    public bool SplitStream { get; init; }

    /// <summary>How many bytes of the rest may wait, as a quantity such as <c>64Ki</c>.</summary>
    public string InfoBufferSize { get; init; } = "0";
}
