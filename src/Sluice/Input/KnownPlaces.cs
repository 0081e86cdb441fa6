using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;

namespace Sluice.Input;

/// <summary>Addresses for the words <c>host</c>, <c>pod</c> and <c>external</c>, from what a snapshot tells of its surroundings.</summary>
internal static class KnownPlaces
{
    /// <summary>The address this node sends from to the destination; null when its addresses are not known.</summary>
    public static NetAddress? HostAddress(NodeSnapshot node, NetAddress to)
    {
        if (node.Interfaces is null && node.Routing is null)
        {
            return to.IsLoopback ? to : null;
        }

        if (node.IsLocal(to))
        {
            return to;
        }

        var route = Lookup(node, to, inInterface: null);
        return route?.PreferredSource
            ?? node.Interfaces?.Interfaces.SelectMany(i => i.Addresses)
                .Where(a => a.Address.Family == to.Family && a.Scope == AddressScope.Global)
                .Select(a => (NetAddress?)a.Address)
                .FirstOrDefault();
    }

    /// <summary>An address outside of every network the node knows (TEST-NET-3, or the documentation prefix of IPv6).</summary>
    public static Sender External(NodeSnapshot node, IPFamily family)
    {
        var address = NetAddress.Parse(family == IPFamily.IPv4 ? "203.0.113.7" : "2001:db8:ffff::7");
        return new Sender(address, Lookup(node, address, inInterface: null)?.Interface);
    }

    /// <summary>An address of a pod of this node, or at least of the cluster; null when nothing tells where pods are.</summary>
    public static Sender? Pod(NodeSnapshot node, IReadOnlyList<ServiceInfo> services, IPFamily family) =>
        PodNetwork.Guess(node, family) is { } network
            ? new Sender(network.PickAddress(node, services), network.Interface)
            : null;

    private static RouteResult? Lookup(NodeSnapshot node, NetAddress to, string? inInterface) =>
        node.Routing?.Lookup(new RouteQuery(to) { Interfaces = node.Interfaces, InInterface = inInterface });
}
