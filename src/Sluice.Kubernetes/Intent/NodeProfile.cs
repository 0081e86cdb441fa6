using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>The node that routes: what it is and how its proxy is configured. Everything of an intent that is not from Services.</summary>
public sealed record NodeProfile
{
    /// <summary>The node's name, as in endpoints' <c>nodeName</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The node's own address of each family, at most one each (kube-proxy's node IPs).</summary>
    public EquatableArray<NetAddress> NodeIPs { get; init; }

    /// <summary>Every address of every interface, loopback included, of both families: what a packet may be addressed to for the node itself.</summary>
    public EquatableArray<NetAddress> LocalAddresses { get; init; }

    /// <summary>The node's zone; null when it has none.</summary>
    public string? Zone { get; init; }

    /// <summary>How traffic of pods is told from other traffic.</summary>
    public LocalDetector LocalDetector { get; init; } = LocalDetector.NotConfigured;

    /// <summary>Whether everything to a cluster address is masqueraded (<c>--masquerade-all</c>).</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>
    /// Which local addresses serve node ports (<c>--nodeport-addresses</c>, the word <c>primary</c> already resolved to
    /// <see cref="NodeIPs"/>). All of a family when none of it is given, or a /0.
    /// </summary>
    public EquatableArray<Prefix> NodePortAddresses { get; init; }

    /// <summary>Whether IPv4 node ports also answer on loopback addresses (<c>--iptables-localhost-nodeports</c>).</summary>
    public bool LocalhostNodePorts { get; init; } = true;
}
