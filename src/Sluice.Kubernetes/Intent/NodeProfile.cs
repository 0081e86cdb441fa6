using System.Diagnostics;
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

    /// <summary>What cluster addresses are taken from, both families in order; empty when the cluster does not say.</summary>
    public EquatableArray<Prefix> ServiceCidrs { get; init; }

    /// <summary>Whether everything to a cluster address is masqueraded (<c>--masquerade-all</c>).</summary>
    public bool MasqueradeAll { get; init; }

    /// <summary>
    /// Which local addresses serve node ports (<c>--nodeport-addresses</c>, the word <c>primary</c> already resolved to
    /// <see cref="NodeIPs"/>). All of a family when none of it is given, or a /0.
    /// </summary>
    public EquatableArray<Prefix> NodePortAddresses { get; init; }

    /// <summary>Whether IPv4 node ports also answer on loopback addresses (<c>--iptables-localhost-nodeports</c>).</summary>
    public bool LocalhostNodePorts { get; init; } = true;

    /// <summary>The node's own address of a family (the first of <see cref="NodeIPs"/>); null when it has none.</summary>
    public NetAddress? NodeIP(IPFamily family)
    {
        foreach (var address in NodeIPs)
        {
            if (address.Family == family)
            {
                return address;
            }
        }

        return null;
    }

    /// <summary>Whether an address is the node's: one of <see cref="LocalAddresses"/>, or any loopback address.</summary>
    public bool IsOwnAddress(NetAddress address) => address.IsLoopback || LocalAddresses.Contains(address);

    /// <summary>Whether node ports are served on every address of a family, because the configuration limits them to none.</summary>
    public bool ServesNodePortsEverywhere(IPFamily family)
    {
        var isLimited = false;
        foreach (var range in NodePortAddresses)
        {
            if (range.Family == family)
            {
                if (range.IsAny)
                {
                    return true;
                }

                isLimited = true;
            }
        }

        return !isLimited;
    }

    /// <summary>
    /// Whether node ports are served on an address: it is the node's, in the configured ranges, and not loopback unless IPv4 and
    /// <see cref="LocalhostNodePorts"/>. Where ranges are configured, of 127.0.0.0/8 only an address that an interface carries.
    /// </summary>
    public bool ServesNodePorts(NetAddress address) =>
        (address.IsLoopback ? LocalhostNodePorts && address.Family == IPFamily.IPv4 : LocalAddresses.Contains(address)) &&
        IsInNodePortRanges(address);

    /// <summary>Whether a packet is one of the node's pods', as far as <see cref="LocalDetector"/> can tell.</summary>
    /// <exception cref="ArgumentException">It is told by the interface, and the packet does not say on which it came.</exception>
    public bool IsFromPod(Packet packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        return LocalDetector switch
        {
            LocalDetector.None => false,
            LocalDetector.Cidr cidr => cidr.Of(packet.Family) is { } pods && pods.Contains(packet.Source),
            LocalDetector.BridgeInterface bridge => InterfaceOf(packet) == bridge.Name,
            LocalDetector.InterfaceNamePrefix pods => InterfaceOf(packet).StartsWith(pods.Prefix, StringComparison.Ordinal),
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Whether pods' packets of a family can be told from others at all.</summary>
    public bool CanTellPods(IPFamily family) => LocalDetector switch
    {
        LocalDetector.None => false,
        LocalDetector.Cidr cidr => cidr.Of(family) is not null,
        _ => true,
    };

    // Within the configured ranges; of loopback, where there are ranges, only what an interface carries.
    internal bool IsInNodePortRanges(NetAddress address)
    {
        if (ServesNodePortsEverywhere(address.Family))
        {
            return true;
        }

        foreach (var range in NodePortAddresses)
        {
            if (range.Contains(address))
            {
                return LocalAddresses.Contains(address);
            }
        }

        return false;
    }

    // What the node sends itself comes from no interface, and so from no pod.
    private static string InterfaceOf(Packet packet) =>
        packet.Entry == PacketEntry.Local ? ""
        : packet.InInterface ?? throw new ArgumentException("pods are told by the interface their packets come from, and the packet does not say it", nameof(packet));
}
