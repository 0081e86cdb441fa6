namespace Sluice.Kubernetes.Objects;

/// <summary>Which endpoints may serve traffic that reaches a node (<c>internalTrafficPolicy</c>, <c>externalTrafficPolicy</c>).</summary>
public enum TrafficPolicy
{
    /// <summary>Those of the whole cluster.</summary>
    Cluster,

    /// <summary>Only those on this node.</summary>
    Local,
}
