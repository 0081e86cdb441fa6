namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>The ipsets of IPVS mode, by what they stand for.</summary>
public enum IpvsSet
{
    /// <summary>Endpoints of this node, each with itself: what one sends to itself through its Service.</summary>
    LoopBack,

    /// <summary>Cluster addresses.</summary>
    ClusterIP,

    /// <summary>External addresses, Cluster policy.</summary>
    ExternalIP,

    /// <summary>External addresses, Local policy.</summary>
    ExternalIPLocal,

    /// <summary>Load-balancer addresses.</summary>
    LoadBalancer,

    /// <summary>Those of them with Local policy.</summary>
    LoadBalancerLocal,

    /// <summary>Those of them that not everyone may use.</summary>
    LoadBalancerFirewall,

    /// <summary>Who may use such an address, by range.</summary>
    LoadBalancerSourceCidr,

    /// <summary>Who may use such an address, by address: the load balancer itself.</summary>
    LoadBalancerSourceIP,

    /// <summary>Node ports of TCP.</summary>
    NodePortTcp,

    /// <summary>Node ports of UDP.</summary>
    NodePortUdp,

    /// <summary>Node ports of SCTP, with the node's addresses.</summary>
    NodePortSctp,

    /// <summary>Node ports of TCP with Local policy.</summary>
    NodePortLocalTcp,

    /// <summary>Node ports of UDP with Local policy.</summary>
    NodePortLocalUdp,

    /// <summary>Node ports of SCTP with Local policy.</summary>
    NodePortLocalSctp,

    /// <summary>Ports that load balancers ask for health.</summary>
    HealthCheckNodePort,

    /// <summary>All addresses of the interface of IPVS.</summary>
    VirtualIPs,

    /// <summary>Addresses of any kind that have no endpoint for anyone here, though their Service has some elsewhere.</summary>
    NoLocal,

    /// <summary>Addresses of any kind that have no endpoint for clients outside, though they have some for pods and the node itself.</summary>
    NoLocalExternal,
}
