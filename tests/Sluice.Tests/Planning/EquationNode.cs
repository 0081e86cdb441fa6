using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;

namespace Sluice.Tests.Planning;

/// <summary>The node of a cluster with rules loaded.</summary>
internal static class EquationNode
{
    public static NodeSnapshot With(NodeSnapshot loaded, EquationCluster cluster) => loaded with
    {
        Interfaces = new([.. Interfaces(cluster), .. loaded.Interfaces?.Interfaces ?? []]),
        Routing = Routes(cluster),
    };

    private static NetInterface[] Interfaces(EquationCluster cluster) =>
    [
        Interface(1, "lo", AddressScope.Host, ("127.0.0.1", 8), ("::1", 128)),
        Interface(2, "eth0", AddressScope.Global, ("192.168.0.2", 24), ("2001:db8:a::2", 64)),
        Interface(3, "eth1", AddressScope.Global, ("192.168.1.2", 24), ("2001:db8:a:1::2", 64)),
        Interface(4, cluster.PodInterface, AddressScope.Global, ("10.180.0.1", 24), ("fd00:180::1", 48)),
    ];

    private static NetInterface Interface(int index, string name, AddressScope scope, params (string Address, int Length)[] addresses) =>
        new(index, name, IsUp: true, addresses.Select(a => new InterfaceAddress(NetAddress.Parse(a.Address), a.Length, IsSecondary: false, scope)).ToEquatableArray());

    private static RoutingTables Routes(EquationCluster cluster) => new(
    [
        Route("192.168.0.0/24", "eth0"), Route("192.168.1.0/24", "eth1"), Route("10.180.0.0/24", cluster.PodInterface),
        Route("10.180.1.0/24", "eth0", "192.168.0.3"), Route("0.0.0.0/0", "eth0", "192.168.0.254"),
        Route("2001:db8:a::/64", "eth0"), Route("2001:db8:a:1::/64", "eth1"), Route("fd00:180::/48", cluster.PodInterface),
        Route("fd00:180:1::/48", "eth0", "2001:db8:a::3"), Route("::/0", "eth0", "2001:db8:a::fe"),
    ], []);

    private static Route Route(string destination, string name, string? gateway = null) =>
        new(RouteType.Unicast, Prefix.Parse(destination), "main") { Interface = name, Gateway = gateway is null ? null : NetAddress.Parse(gateway) };
}
