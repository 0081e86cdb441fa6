using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>What one port of a Service means on one node, for one address family: all that a planner needs to know of it.</summary>
/// <param name="Name">Which port of which Service.</param>
/// <param name="ClusterIP">The cluster address of the family.</param>
/// <param name="Port">The port on all addresses, 1 to 65535.</param>
public sealed record PortIntent(ServicePortName Name, NetAddress ClusterIP, int Port)
{
    /// <summary>The port on the node's addresses; 0 for none.</summary>
    public int NodePort { get; init; }

    /// <summary>External addresses of the family.</summary>
    public EquatableArray<NetAddress> ExternalIPs { get; init; }

    /// <summary>Load-balancer addresses of the family that nodes answer for.</summary>
    public EquatableArray<NetAddress> LoadBalancerIPs { get; init; }

    /// <summary>Who may use the load-balancer addresses; empty for everyone.</summary>
    public EquatableArray<Prefix> SourceRanges { get; init; }

    /// <summary>Whether only endpoints of this node serve the cluster address.</summary>
    public bool InternalPolicyLocal { get; init; }

    /// <summary>Whether only endpoints of this node serve what comes from outside.</summary>
    public bool ExternalPolicyLocal { get; init; }

    /// <summary>How long a client is remembered, in seconds; null without session affinity.</summary>
    public int? AffinitySeconds { get; init; }

    /// <summary>The node's port that load balancers ask for health; 0 for none.</summary>
    public int HealthCheckNodePort { get; init; }

    /// <summary>The endpoints chosen.</summary>
    public required EndpointChoice Endpoints { get; init; }

    /// <summary>How many endpoints the Service port has, usable or not.</summary>
    public int EndpointCount { get; init; }

    /// <summary>
    /// All endpoints of the Service port, whatever their state and whatever policies and hints say, in the order of their text: those
    /// that flows from before may still go to.
    /// </summary>
    public EquatableArray<Endpoint> KnownEndpoints { get; init; }

    /// <summary>Whether anything but the cluster address leads to it.</summary>
    public bool IsExternallyAccessible => NodePort != 0 || LoadBalancerIPs.Count > 0 || ExternalIPs.Count > 0;

    /// <summary>Whether some traffic may go to endpoints anywhere: all but that to the cluster address of a purely internal Local Service.</summary>
    public bool UsesClusterEndpoints => !InternalPolicyLocal || IsExternallyAccessible;

    /// <summary>Whether some traffic may go to endpoints of this node only.</summary>
    public bool UsesLocalEndpoints => InternalPolicyLocal || (ExternalPolicyLocal && IsExternallyAccessible);

    /// <summary>The endpoints that serve the cluster address.</summary>
    public EquatableArray<Endpoint> InternalEndpoints => InternalPolicyLocal ? Endpoints.Local : Endpoints.Cluster;

    /// <summary>The endpoints that serve clients outside the cluster.</summary>
    public EquatableArray<Endpoint> ExternalEndpoints => ExternalPolicyLocal ? Endpoints.Local : Endpoints.Cluster;
}
