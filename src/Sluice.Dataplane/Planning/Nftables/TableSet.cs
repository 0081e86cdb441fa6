namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>The sets and maps of the table, in the order of their names. Which of them there are depends on the options.</summary>
public enum TableSet : byte
{
    /// <summary>Node ports whose clients are remembered: how to learn them.</summary>
    AffineNodePorts,

    /// <summary>Addresses whose clients are remembered: how to learn them.</summary>
    AffineServices,

    /// <summary>Which endpoint a client of an address had last. Only the kernel writes it.</summary>
    Affinity,

    /// <summary>Who may use an address that not everyone may.</summary>
    AllowedSources,

    /// <summary>The live cluster addresses.</summary>
    ClusterIPs,

    /// <summary>Addresses whose connections are counted.</summary>
    CountedConnections,

    /// <summary>Node ports whose connections are counted.</summary>
    CountedNodePortConnections,

    /// <summary>Node ports whose packets are counted, both ways.</summary>
    CountedNodePortPackets,

    /// <summary>Addresses whose packets are counted, both ways.</summary>
    CountedPackets,

    /// <summary>The endpoints of an address, by slot.</summary>
    Endpoints,

    /// <summary>What is done with an address once the sender was found to be allowed.</summary>
    FirewalledIPs,

    /// <summary>Pairs of an endpoint with itself.</summary>
    Hairpin,

    /// <summary>Ports that load balancers ask for health.</summary>
    HealthCheckPorts,

    /// <summary>The endpoints on this node of an address with Local policy, by slot.</summary>
    LocalEndpoints,

    /// <summary>What is done with senders from outside at an address with Local policy.</summary>
    LocalIPs,

    /// <summary>As <see cref="LocalEndpoints"/>, of node ports.</summary>
    LocalNodePortEndpoints,

    /// <summary>As <see cref="LocalIPs"/>, of node ports.</summary>
    LocalNodePorts,

    /// <summary>As <see cref="Endpoints"/>, of node ports.</summary>
    NodePortEndpoints,

    /// <summary>The addresses that serve node ports, where not all do.</summary>
    NodePortIPs,

    /// <summary>As <see cref="ShortCircuits"/>, of node ports.</summary>
    NodePortShortCircuits,

    /// <summary>Where cluster addresses come from.</summary>
    ServiceCidrs,

    /// <summary>What is done with a packet to an address of a Service.</summary>
    ServiceIPs,

    /// <summary>What is done with a packet to a node port.</summary>
    ServiceNodePorts,

    /// <summary>What is done with pods and the node itself at an address with Local policy.</summary>
    ShortCircuits,
}
