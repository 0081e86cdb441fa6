using Sluice.Kubernetes.Configuration;
using Sluice.Net;

namespace Sluice.Input;

/// <summary>How a node's proxy is configured: kube-proxy's flags, read and checked.</summary>
internal sealed record NodeSettings
{
    /// <summary>The node's name; null when no flag says it.</summary>
    public string? Name { get; init; }

    /// <summary>The node's own address of its family, against the Node object's; null for that.</summary>
    public NetAddress? NodeIP { get; init; }

    /// <summary>How traffic of pods is told from other traffic.</summary>
    public DetectLocalMode DetectLocalMode { get; init; }

    /// <summary>The cluster's pod addresses.</summary>
    public EquatableArray<Prefix> ClusterCidrs { get; init; }

    /// <summary>The bridge that pods are attached to; empty when not said.</summary>
    public string BridgeInterface { get; init; } = "";

    /// <summary>What names of pods' interfaces begin with; empty when not said.</summary>
    public string InterfaceNamePrefix { get; init; } = "";

    /// <summary>Whether everything to a cluster address is masqueraded.</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>Whether node ports are served on the node's own address of each family (the word <c>primary</c>) and in <see cref="NodePortAddresses"/> only.</summary>
    public bool IsPrimaryOnly { get; init; }

    /// <summary>Whether <see cref="IsPrimaryOnly"/> is a default that nobody asked for: the node's addresses may then be unknown.</summary>
    public bool IsPrimaryByDefault { get; init; }

    /// <summary>Where node ports are served; empty for everywhere, unless <see cref="IsPrimaryOnly"/>.</summary>
    public EquatableArray<Prefix> NodePortAddresses { get; init; }

    /// <summary>Whether IPv4 node ports answer on loopback addresses.</summary>
    public bool LocalhostNodePorts { get; init; } = true;

    /// <summary>The mark of packets to masquerade, a single bit.</summary>
    public uint MasqueradeMark { get; init; } = 1 << 14;
}
