using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Routing;

namespace Sluice.Dataplane.Modes;

/// <summary>What a planned node has besides rules: its addresses, and who may send to it.</summary>
public static class PlannedSurroundings
{
    // From .9 on: the first few of a network are routers.
    private const int FirstPod = 9;

    // RFC 5737 and RFC 3849 keep these for examples: nobody's Service, nobody's node.
    private static readonly NetAddress[] s_clients = [NetAddress.Parse("203.0.113.7"), NetAddress.Parse("2001:db8:1::7")];
    private static readonly NetAddress[] s_nobodies = [NetAddress.Parse("198.51.100.77"), NetAddress.Parse("2001:db8:2::77")];

    /// <summary>A client outside the cluster.</summary>
    public static NetAddress Client(IPFamily family) => s_clients[(int)family];

    /// <summary>An address that is nobody's: no Service's and no node's.</summary>
    public static NetAddress Nobody(IPFamily family) => s_nobodies[(int)family];

    /// <summary>The node's addresses: loopback, and all others on one interface, each alone on its network.</summary>
    /// <param name="node">The node.</param>
    /// <param name="served">The addresses that IPVS mode gives to an interface of its own.</param>
    public static InterfaceTable Interfaces(NodeProfile node, IReadOnlyCollection<NetAddress>? served = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        var own = node.NodeIPs.Concat(node.LocalAddresses).Distinct().ToLookup(a => a.IsLoopback);
        NetInterface[] usual = [Interface(1, "lo", AddressScope.Host, own[true]), Interface(2, "eth0", AddressScope.Global, own[false])];
        return new InterfaceTable(served is null ? [.. usual] : [.. usual, Interface(3, IpvsLayout.Interface, AddressScope.Global, served)]);
    }

    /// <summary>A pod of the node that is no endpoint: its address, and the interface by which its packets come where pods are told by that.</summary>
    public static (NetAddress Address, string? Interface) Pod(NodeProfile node, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(node);
        return node.LocalDetector switch
        {
            LocalDetector.Cidr cidr when cidr.Of(family) is { } pods => (PodIn(pods, node), null),
            LocalDetector.BridgeInterface bridge => (Client(family), bridge.Name),
            LocalDetector.InterfaceNamePrefix prefix => (Client(family), prefix.Prefix + "0"),
            _ => (Client(family), null),
        };
    }

    private static NetAddress PodIn(Prefix pods, NodeProfile node)
    {
        var address = pods.Address with { Bits = pods.Address.Bits + FirstPod };
        return pods.Contains(address) && !node.IsOwnAddress(address) ? address : pods.Address;
    }

    private static NetInterface Interface(int index, string name, AddressScope scope, IEnumerable<NetAddress> addresses) =>
        new(index, name, IsUp: true, addresses.Select(a => new InterfaceAddress(a, a.Width, IsSecondary: false, scope)).ToEquatableArray());
}
