using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>A v1 Service. Texts of the API that are no addresses, and addresses nobody routes (a load balancer of ipMode Proxy), are not kept.</summary>
/// <param name="Name">Its namespace and name.</param>
public sealed record Service(ObjectName Name) : ClusterObject(Name)
{
    /// <summary><c>spec.type</c>.</summary>
    public ServiceType Type { get; init; }

    /// <summary>
    /// The cluster addresses, at most one of each family (<c>spec.clusterIPs</c>, or <c>spec.clusterIP</c> of older objects);
    /// empty when headless or not yet allocated.
    /// </summary>
    public EquatableArray<NetAddress> ClusterIPs { get; init; }

    /// <summary><c>spec.ports</c>, in the API's order.</summary>
    public EquatableArray<ServicePort> Ports { get; init; }

    /// <summary><c>spec.externalIPs</c>, of both families.</summary>
    public EquatableArray<NetAddress> ExternalIPs { get; init; }

    /// <summary><c>status.loadBalancer.ingress[].ip</c> where ipMode is VIP or not said, of both families.</summary>
    public EquatableArray<NetAddress> LoadBalancerIPs { get; init; }

    /// <summary><c>spec.loadBalancerSourceRanges</c>, blanks trimmed, of both families.</summary>
    public EquatableArray<Prefix> SourceRanges { get; init; }

    /// <summary><c>spec.internalTrafficPolicy</c>.</summary>
    public TrafficPolicy InternalTrafficPolicy { get; init; }

    /// <summary><c>spec.externalTrafficPolicy</c>.</summary>
    public TrafficPolicy ExternalTrafficPolicy { get; init; }

    /// <summary>With ClientIP session affinity, how long a client is remembered after its last connection, in seconds (API default 10800); else null.</summary>
    public int? AffinitySeconds { get; init; }

    /// <summary><c>spec.healthCheckNodePort</c>; 0 for none.</summary>
    public int HealthCheckNodePort { get; init; }

    /// <summary>Whether the label <c>service.kubernetes.io/service-proxy-name</c> gives it to another proxy.</summary>
    public bool HasOtherProxy { get; init; }
}
