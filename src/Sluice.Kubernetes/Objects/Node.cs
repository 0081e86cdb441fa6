using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>A v1 Node.</summary>
/// <param name="Name">Its name.</param>
public sealed record Node(ObjectName Name) : ClusterObject(Name)
{
    /// <summary>
    /// <c>status.addresses</c> that are addresses, InternalIP before ExternalIP, else in the API's order: the first of a family is
    /// the node's own.
    /// </summary>
    public EquatableArray<NetAddress> Addresses { get; init; }

    /// <summary><c>spec.podCIDRs</c> (or <c>podCIDR</c>).</summary>
    public EquatableArray<Prefix> PodCidrs { get; init; }

    /// <summary>The label <c>topology.kubernetes.io/zone</c>; null without it.</summary>
    public string? Zone { get; init; }

    /// <summary>
    /// Whether it is about to go: <c>metadata.deletionTimestamp</c> is set, or the cluster autoscaler's taint
    /// <c>ToBeDeletedByClusterAutoscaler</c> is on it. Load balancers are then to send nothing more to it.
    /// </summary>
    public bool IsLeaving { get; init; }
}
