namespace Sluice.Kubernetes.Configuration;

/// <summary><c>detectLocal</c>.</summary>
public sealed record DetectLocalConfiguration
{
    /// <summary>The bridge that pods are attached to.</summary>
    public string BridgeInterface { get; init; } = "";

    /// <summary>What names of pods' interfaces begin with.</summary>
    public string InterfaceNamePrefix { get; init; } = "";
}
