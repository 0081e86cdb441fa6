using Sluice.Net;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.Tests.Routing.GoldenOutputs;

namespace Sluice.Tests.Routing;

/// <summary>What single lines mean, and how outputs are found among other things.</summary>
public sealed class ReaderTests
{
    [Fact]
    public void The_details_of_addresses_are_kept()
    {
        var table = Read("node", "addr.txt").Interfaces!;

        Assert.Equal("cni0", table.Find("veth0a")!.Master);
        Assert.False(table.Find("kube-ipvs0")!.IsUp);
        Assert.True(table.Find("eth0")!.IsUp);
        var secondary = Assert.Single(table.Find("eth0")!.Addresses, a => a.IsSecondary);
        Assert.Equal(A("10.0.0.5"), secondary.Address);
        var peer = Assert.Single(table.Find("dummy0")!.Addresses, a => a.Peer is not null);
        Assert.Equal((A("172.20.0.1"), A("172.20.0.2"), "172.20.0.2"), (peer.Address, peer.Peer!.Value, peer.Network.ToString()));
        Assert.Contains(table.Find("eth0")!.Addresses, a => a.IsDeprecated && a.Address == A("2001:db8:1::5"));
        Assert.Equal(AddressScope.Link, table.Find("dummy0")!.Addresses.First(a => a.Address == A("169.254.7.7")).Scope);
    }

    [Fact]
    public void The_details_of_routes_are_kept()
    {
        var routes = Read("node", "route-all.txt").Routing!.Routes;

        var multipath = routes.First(r => r is { Destination.Length: 0, Metric: 200 });
        Assert.Equal(
            [new NextHop("eth0", A("10.0.0.1"), 2), new NextHop("eth1", A("192.168.50.2"), 3) { IsLinkDown = true }],
            multipath.NextHops);
        Assert.Equal(RouteType.Throw, routes.First(r => r.Destination.ToString() == "10.69.0.0/16").Type);
        Assert.Equal(A("fe80::1"), routes.First(r => r.Destination.ToString() == "10.71.0.0/16").Gateway);
        Assert.Equal("2001:db8:1::/64", routes.First(r => r.Source is not null).Source.ToString());
        Assert.Equal(RouterPreference.High, routes.First(r => r is { Family: IPFamily.IPv6, Destination.Length: 0, Table: "main" }).Preference);
        Assert.All(Read("wireguard", "route-all.txt").Routing!.Routes.Where(r => r.Interface == "cali0a" && r.Type != RouteType.Local), r => Assert.True(r.IsDead));
    }

    [Fact]
    public void The_details_of_rules_are_kept()
    {
        var rules = Read("node", "rule.txt").Routing!.Rules.ToDictionary(r => (r.Priority, r.InInterface));

        Assert.Equal(new MaskedValue(0x4000, 0x4000), rules[(100, null)].Mark);
        Assert.Equal("78", rules[(201, "gone0")].Table);
        Assert.True(rules[(203, null)].IsInverted);
        Assert.Equal(0, rules[(204, null)].SuppressPrefixLength);
        Assert.Equal(RouteType.Prohibit, rules[(206, null)].Action);
        Assert.Equal("ipproto tcp sport 1000-2000 dport 80", rules[(208, null)].Unknown);
        Assert.Equal("uidrange 1000-2000", rules[(209, null)].Unknown);
        Assert.Equal(32766u, rules[(211, null)].Goto);
        Assert.True(rules[(213, null)].AsksVrf);
        Assert.All(rules.Values, r => Assert.Equal(IPFamily.IPv4, r.Family));
        Assert.Equal(
            [.. Enumerable.Repeat<IPFamily?>(IPFamily.IPv4, 5), .. Enumerable.Repeat<IPFamily?>(IPFamily.IPv6, 4)],
            Read("wireguard", "rule.txt", "rule6.txt").Routing!.Rules.Select(r => r.Family));
    }

    [Fact]
    public void Outputs_are_found_between_prompts_and_rules()
    {
        var reading = ReadText("""
            [root@node1 ~]# ip -4 a
            2: eth0@if7: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP
                inet 10.0.0.4/24 brd 10.0.0.255 scope global eth0
                   valid_lft forever preferred_lft forever
            [root@node1 ~]# iptables -t nat -L -n -v
            Chain PREROUTING (policy ACCEPT 10 packets, 600 bytes)
             pkts bytes target     prot opt in     out     source               destination
                3   180 KUBE-SERVICES  all  --  *      *       0.0.0.0/0            0.0.0.0/0
            [root@node1 ~]# ip -6 route show table 77
            default dev wg0
            [root@node1 ~]# ip route
            default via 10.0.0.1 dev eth0
            10.0.0.0/24 dev eth0 scope link
            [root@node1 ~]# ip neigh
            10.0.0.9 dev eth0 lladdr 02:42:ac:11:00:02 REACHABLE
            10.0.0.8 dev eth0  FAILED
            [root@node1 ~]# ip route get 1.2.3.4
            1.2.3.4 via 10.0.0.1 dev eth0 src 10.0.0.4 uid 0
                cache
            *nat
            :PREROUTING ACCEPT [12:720]
            [12:720] -A PREROUTING -j KUBE-SERVICES
            COMMIT
            """);

        Assert.Equal(["eth0"], reading.Interfaces!.Interfaces.Select(i => i.Name));
        Assert.Equal(
            ["default dev wg0 table 77 pref medium", "default via 10.0.0.1 dev eth0", "10.0.0.0/24 dev eth0 scope link"],
            reading.Routing!.Routes.Select(r => r.ToString()));
        var note = Assert.Single(reading.Notes);
        Assert.Equal("pasted.txt:18", note.Source.ToString());
    }

    [Theory]
    [InlineData("10.0.0.0/8 via nowhere dev eth0", "'via nowhere' is not understood; the route is left out")]
    [InlineData("10.0.0.0/8 dev eth0 metric x", "'metric x' is not understood; the route is left out")]
    [InlineData("default proto static metric 20 ", "a route without interface, router or next hops is left out")]
    [InlineData("\tnexthop via 10.0.0.1 dev eth0 weight 1", "a next hop without its route")]
    [InlineData("100:\tfrom 10.0.0.300 lookup 7", "'from 10.0.0.300' is not understood")]
    [InlineData("    inet 10.0.0.1/24 scope global eth0", "an address without the line of its interface")]
    [InlineData("1: lo: <UP>\n    inet 10.0.0.1/99 scope global eth0", "'inet ...' is not understood")]
    [InlineData("[{\"ifname\":\"eth0\",\"addr_info\":[{\"local\":\"10.0.0.x\"}]}]", "an address of eth0 is not understood: 10.0.0.x")]
    [InlineData("[{\"dst\":\"10.0.0.0/8\",\"dev\":\"eth0\"},{\"dst\":\"x\"}]", "a route to 'x' is not understood; it is left out")]
    public void What_cannot_be_read_becomes_a_note(string text, string message) =>
        Assert.Equal(message, Assert.Single(ReadText(text).Notes).Message);

    [Theory]
    [InlineData("default via 10.0.0.1 dev eth0", true)]
    [InlineData("unreachable 10.0.0.0/8", true)]
    [InlineData("fe80::/64 dev eth0 proto kernel metric 256 pref medium", true)]
    [InlineData("default nhid 10 proto static", true)]
    [InlineData("10.0.0.2 dev eth0 lladdr 02:42:ac:11:00:02 STALE", false)]
    [InlineData("127.0.0.1 localhost", false)]
    [InlineData("-A KUBE-SERVICES -d 10.0.0.1/32 -j ACCEPT", false)]
    [InlineData("1    ACCEPT     all  --  0.0.0.0/0            0.0.0.0/0", false)]
    [InlineData("target     prot opt source               destination", false)]
    [InlineData("local process", false)]
    public void Routes_are_told_from_other_lines(string line, bool isRoute) =>
        Assert.Equal(isRoute, RoutingTablesBuilder.LooksLikeRouteLine(System.Text.Encoding.UTF8.GetBytes(line)));

    [Theory]
    [InlineData("2: eth0: <UP> mtu 1500", true)]
    [InlineData("2: eth0    inet 10.0.0.4/24 scope global eth0", true)]
    [InlineData("eth0@if3         UP             10.0.0.4/24 fe80::1/64", true)]
    [InlineData("lo               UNKNOWN        127.0.0.1/8", true)]
    [InlineData("0:\tfrom all lookup local", false)]
    [InlineData("interface UP since yesterday", false)]
    [InlineData("2: a remark", false)]
    public void Interfaces_are_told_from_other_lines(string line, bool isInterface) =>
        Assert.Equal(isInterface, InterfaceTableBuilder.LooksLikeInterfaceLine(System.Text.Encoding.UTF8.GetBytes(line)));
}
