using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>A v1 Pod: who has which address, for questions that name pods. No route depends on it.</summary>
/// <param name="Name">Its namespace and name.</param>
public sealed record Pod(ObjectName Name) : ClusterObject(Name)
{
    /// <summary><c>status.podIPs</c> (or <c>podIP</c>); none once the pod has ended.</summary>
    public EquatableArray<NetAddress> Addresses { get; init; }

    /// <summary>The node it runs on; null when not scheduled.</summary>
    public string? NodeName { get; init; }

    /// <summary>Whether it has the node's own network.</summary>
    public bool HostNetwork { get; init; }
}
