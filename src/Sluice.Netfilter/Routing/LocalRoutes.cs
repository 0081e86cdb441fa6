using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>The routes that the kernel makes by itself of an interface's addresses (fib_add_ifaddr, addrconf).</summary>
internal static class LocalRoutes
{
    /// <summary>What the table <c>local</c> holds: own addresses, broadcasts, loopback.</summary>
    public static IEnumerable<Route> LocalTable(InterfaceTable? interfaces, IPFamily family)
    {
        if (family == IPFamily.IPv4)
        {
            yield return Of(RouteType.Local, Prefix.Of(NetAddress.V4(0x7f000000), 8), "lo", AddressScope.Host, NetAddress.V4(0x7f000001));
        }
        else
        {
            yield return Of(RouteType.Local, Prefix.Host(NetAddress.V6(1)), "lo", AddressScope.Global, null);
        }

        foreach (var netInterface in (IEnumerable<NetInterface>?)interfaces?.Interfaces ?? [])
        {
            foreach (var address in netInterface.Addresses.Where(a => a.Address.Family == family))
            {
                foreach (var route in family == IPFamily.IPv4 ? LocalV4(netInterface, address) : LocalV6(netInterface, address))
                {
                    yield return route;
                }
            }

            if (family == IPFamily.IPv6 && netInterface is { IsUp: true, Name: not "lo" })
            {
                var groups = Prefix.Of(NetAddress.V6((UInt128)0xff << 120), 8);
                yield return new Route(RouteType.Multicast, groups, "local") { Interface = netInterface.Name, Metric = 256 };
            }
        }
    }

    /// <summary>The networks that are reached without a router.</summary>
    public static IEnumerable<Route> Connected(InterfaceTable? interfaces, IPFamily family) =>
        from netInterface in (IEnumerable<NetInterface>?)interfaces?.Interfaces ?? []
        where netInterface is { IsUp: true, Name: not "lo" }
        from address in netInterface.Addresses
        where address.Address.Family == family && !address.IsSecondary && !address.IsTentative &&
            (address.Peer is not null || address.PrefixLength < address.Address.Width)
        select new Route(RouteType.Unicast, address.Network, "main")
        {
            Interface = netInterface.Name,
            Scope = family == IPFamily.IPv4 ? AddressScope.Link : AddressScope.Global,
            PreferredSource = family == IPFamily.IPv4 ? address.Address : null,
            Metric = family == IPFamily.IPv4 ? 0u : 256u,
        };

    // Own addresses count even on an interface that is down: the VIPs of kube-ipvs0 do.
    private static IEnumerable<Route> LocalV4(NetInterface netInterface, InterfaceAddress address)
    {
        // The source of a secondary address is the primary one of its network.
        var primary = address.IsSecondary
            ? netInterface.Addresses.FirstOrDefault(a => !a.IsSecondary && a.Network == address.Network) ?? address
            : address;
        yield return Of(RouteType.Local, Prefix.Host(address.Address), netInterface.Name, AddressScope.Host, primary.Address);
        if (!netInterface.IsUp)
        {
            yield break;
        }

        if (address.Broadcast is { } broadcast)
        {
            yield return Of(RouteType.Broadcast, Prefix.Host(broadcast), netInterface.Name, AddressScope.Link, primary.Address);
        }

        if (!address.IsSecondary && address.PrefixLength < 31)
        {
            var last = NetAddress.V4((uint)(address.Network.Address.Bits | ~address.Network.Mask));
            yield return Of(RouteType.Broadcast, Prefix.Host(last), netInterface.Name, AddressScope.Link, primary.Address);
        }
    }

    private static IEnumerable<Route> LocalV6(NetInterface netInterface, InterfaceAddress address) =>
        address.IsTentative ? [] : [Of(RouteType.Local, Prefix.Host(address.Address), netInterface.Name, AddressScope.Global, null)];

    private static Route Of(RouteType type, Prefix destination, string name, AddressScope scope, NetAddress? source) =>
        new(type, destination, "local") { Interface = name, Scope = scope, PreferredSource = source };
}
