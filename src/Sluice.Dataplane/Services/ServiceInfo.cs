using Sluice.Net;

namespace Sluice.Dataplane.Services;

/// <summary>One port of a Service in one address family, as a node's rules or IPVS know it.</summary>
/// <param name="Name">Namespace and name, e.g. <c>default/testsvc</c>; the chain's name, or the virtual server's address, where no comment says it.</param>
/// <param name="PortName">The port's name; null for a Service with one unnamed port.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Family">The address family.</param>
public sealed record ServiceInfo(string Name, string? PortName, L4Protocol Protocol, IPFamily Family)
{
    /// <summary>Where clients reach it, in the order of the rules.</summary>
    public EquatableArray<ServiceAddress> Addresses { get; init; }

    /// <summary>
    /// Where new connections go that may go to any endpoint of the cluster; the probabilities sum to 1. Where the rules only know
    /// endpoints on this node, these.
    /// </summary>
    public EquatableArray<ServiceEndpoint> Endpoints { get; init; }

    /// <summary>
    /// Where new connections under a Local policy go when that differs; empty when it does not, or when there is no endpoint on
    /// this node. <see cref="ServiceAddress.Endpoints"/> has the answer for each address.
    /// </summary>
    public EquatableArray<ServiceEndpoint> LocalEndpoints { get; init; }

    /// <summary>The chain that chooses among <see cref="Endpoints"/>; null when the rules have none.</summary>
    public string? Chain { get; init; }

    /// <summary>How IPVS chooses among <see cref="Endpoints"/>, by the kernel's name; null where rules do.</summary>
    public string? Scheduler { get; init; }

    /// <summary>Whether a client keeps its endpoint (<c>sessionAffinity: ClientIP</c>).</summary>
    public bool HasAffinity { get; init; }

    /// <summary>How the first of its addresses that refuses packets does so; null when none does.</summary>
    public ServiceRefusal? Refusal { get; init; }

    /// <summary>Which endpoints traffic from inside the cluster may go to; null when the rules do not tell.</summary>
    public TrafficPolicy? InternalPolicy { get; init; }

    /// <summary>Which endpoints traffic from outside the cluster may go to; null when the rules do not tell.</summary>
    public TrafficPolicy? ExternalPolicy { get; init; }

    /// <summary>The sources that a load balancer's address is open to; empty for all.</summary>
    public EquatableArray<Prefix> SourceRanges { get; init; }

    /// <summary>The port on which load balancers ask whether this node has endpoints; null when there is none.</summary>
    public int? HealthCheckPort { get; init; }

    /// <summary>Rules compared before the Service's chain is reached by its first address; null when it is not reached.</summary>
    public int? RulesToReach => Addresses.Count > 0 ? Addresses[0].RulesToReach : null;

    /// <summary>Name and port's name as kube-proxy writes them: <c>default/testsvc:https</c>.</summary>
    public string FullName => PortName is null ? Name : $"{Name}:{PortName}";
}

/// <summary>Which endpoints traffic may go to.</summary>
public enum TrafficPolicy
{
    /// <summary>All of the cluster.</summary>
    Cluster,

    /// <summary>Only those on this node.</summary>
    Local,
}
