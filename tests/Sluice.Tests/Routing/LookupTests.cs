using Sluice.Netfilter.Routing;
using Xunit;
using static Sluice.Tests.Routing.GoldenOutputs;

namespace Sluice.Tests.Routing;

/// <summary>Where packets go. (That the kernel agrees is tested with the kernel.)</summary>
public sealed class LookupTests
{
    private const string Addresses = """
        1: lo: <LOOPBACK,UP>
            inet 127.0.0.1/8 scope host lo
            inet6 ::1/128 scope host
        2: eth0: <BROADCAST,UP>
            inet 10.0.0.4/24 brd 10.0.0.255 scope global eth0
            inet 10.0.0.5/24 scope global secondary eth0
            inet6 2001:db8::4/64 scope global
            inet6 fe80::4/64 scope link
        3: cni0: <BROADCAST,UP>
            inet 10.244.0.1/24 scope global cni0
        4: kube-ipvs0: <BROADCAST>
            inet 10.96.0.1/32 scope global kube-ipvs0

        """;

    [Theory]
    [InlineData("10.0.0.4", RouteType.Local, "lo")]
    [InlineData("10.0.0.5", RouteType.Local, "lo")]
    [InlineData("10.96.0.1", RouteType.Local, "lo")]
    [InlineData("127.3.2.1", RouteType.Local, "lo")]
    [InlineData("::1", RouteType.Local, "lo")]
    [InlineData("2001:db8::4", RouteType.Local, "lo")]
    [InlineData("10.0.0.255", RouteType.Broadcast, "eth0")]
    [InlineData("10.244.0.255", RouteType.Broadcast, "cni0")]
    [InlineData("10.244.0.9", RouteType.Unicast, "cni0")]
    [InlineData("2001:db8::9", RouteType.Unicast, "eth0")]
    public void Addresses_alone_tell_what_is_local_and_what_is_connected(string destination, RouteType type, string name)
    {
        var result = Ask(Addresses, new RouteQuery(A(destination)));

        Assert.Equal((type, name, false), (result.Type, result.Interface, result.IsUnknown));
    }

    [Theory]
    [InlineData("8.8.8.8", "the IPv4 routes of the node are not known")]
    [InlineData("2001:4860::8", "the IPv6 routes of the node are not known")]
    public void Without_routes_the_rest_of_the_world_is_unknown(string destination, string reason)
    {
        var result = Ask(Addresses, new RouteQuery(A(destination)));

        Assert.True(result.IsUnknown);
        Assert.False(result.IsReachable);
        Assert.Equal(reason, result.Reason);
    }

    [Fact]
    public void Routes_of_one_family_say_nothing_of_the_other()
    {
        const string Text = Addresses + "default via 10.0.0.1 dev eth0";

        Assert.Equal(A("10.0.0.1"), Ask(Text, new RouteQuery(A("8.8.8.8"))).Gateway);
        Assert.True(Ask(Text, new RouteQuery(A("2001:4860::8"))).IsUnknown);
    }

    [Fact]
    public void All_next_hops_of_a_multipath_route_are_ways()
    {
        const string Text = Addresses + "10.9.0.0/16 \n\tnexthop via 10.0.0.1 dev eth0 weight 2 \n\tnexthop via 10.244.0.7 dev cni0 weight 1 \n";

        var result = Ask(Text, new RouteQuery(A("10.9.1.1")));

        Assert.Equal(
            [new RouteHop("eth0", A("10.0.0.1"), A("10.0.0.4"), 2), new RouteHop("cni0", A("10.244.0.7"), A("10.244.0.1"))],
            result.Hops);
    }

    [Fact]
    public void A_dead_route_gives_way_to_a_shorter_prefix() =>
        Assert.Equal("cni0", Ask("default dev cni0\n10.9.0.0/16 dev eth0 dead linkdown", new RouteQuery(A("10.9.1.1"))).Interface);

    [Fact]
    public void A_route_without_carrier_is_used_all_the_same() =>
        Assert.Equal("eth0", Ask("default dev cni0\n10.9.0.0/16 dev eth0 linkdown", new RouteQuery(A("10.9.1.1"))).Interface);

    [Theory]
    [InlineData("unreachable", RouteType.Unreachable)]
    [InlineData("blackhole", RouteType.Blackhole)]
    [InlineData("prohibit", RouteType.Prohibit)]
    public void A_route_may_end_a_packet(string word, RouteType type)
    {
        var result = Ask($"default dev eth0\n{word} 10.9.0.0/16", new RouteQuery(A("10.9.1.1")));

        Assert.Equal((type, false), (result.Type, result.IsReachable));
        Assert.Equal("10.9.0.0/16", result.Route!.Destination.ToString());
    }

    [Fact]
    public void A_marked_packet_asks_its_own_table_and_a_throw_sends_it_back()
    {
        const string Text = """
            0:	from all lookup local
            100:	from all fwmark 0x4000/0x4000 lookup 77
            32766:	from all lookup main
            default via 10.0.0.1 dev eth0
            default via 10.244.0.7 dev cni0 table 77
            throw 10.9.0.0/16 table 77
            """;

        Assert.Equal("eth0", Ask(Text, new RouteQuery(A("8.8.8.8"))).Interface);
        Assert.Equal("cni0", Ask(Text, new RouteQuery(A("8.8.8.8")) { Mark = 0xc000 }).Interface);
        Assert.Equal("eth0", Ask(Text, new RouteQuery(A("10.9.8.8")) { Mark = 0xc000 }).Interface);
        Assert.Equal(100u, Ask(Text, new RouteQuery(A("8.8.8.8")) { Mark = 0x4000 }).Rule!.Priority);
    }

    [Fact]
    public void Wireguard_rules_send_all_but_its_own_packets_into_the_tunnel()
    {
        var reading = Read("wireguard", "route-all.txt", "rule.txt", "rule6.txt");
        RouteResult Lookup(string to, uint mark) => reading.Routing!.Lookup(new RouteQuery(A(to)) { Mark = mark });

        Assert.Equal("docker0", Lookup("8.8.8.8", 0).Interface);
        Assert.Equal("ens3", Lookup("8.8.8.8", 0xca6c).Interface);
        Assert.Equal("ens3", Lookup("192.168.1.77", 0).Interface);
        Assert.Equal("docker0", Lookup("2001:4860::8", 0).Interface);
        Assert.Equal(A("fe80::1"), Lookup("2001:4860::8", 0xca6c).Gateway);
    }

    [Fact]
    public void A_rule_that_cannot_be_judged_gives_both_answers()
    {
        const string Text = """
            0:	from all lookup local
            100:	from all ipproto tcp dport 80 lookup 77
            32766:	from all lookup main
            default via 10.0.0.1 dev eth0
            default via 10.244.0.7 dev cni0 table 77
            """;

        var result = Ask(Text, new RouteQuery(A("8.8.8.8")));

        Assert.True(result.IsAmbiguous);
        Assert.Equal(("eth0", "cni0"), (result.Interface, Assert.Single(result.Alternatives).Interface));
        Assert.Equal("routing rule '100: from all ipproto tcp dport 80 lookup 77' may apply or not", result.Reason);
        Assert.False(Ask(Text.Replace("cni0", "eth0").Replace("10.244.0.7", "10.0.0.1"), new RouteQuery(A("8.8.8.8"))).IsAmbiguous);
    }

    [Fact]
    public void A_table_that_was_not_listed_is_named()
    {
        const string Text = "0:\tfrom all lookup local\n100:\tfrom all iif cni0 lookup 77\n32766:\tfrom all lookup main\ndefault dev eth0";

        var result = Ask(Text, new RouteQuery(A("8.8.8.8")) { InInterface = "cni0", Source = A("10.244.0.9") });

        Assert.Equal("the listing does not hold the routing table 77", result.Reason);
        Assert.Null(Ask(Text, new RouteQuery(A("8.8.8.8"))).Reason);
    }

    [Fact]
    public void No_route_is_said_in_words()
    {
        var result = Ask("10.0.0.0/24 dev eth0", new RouteQuery(A("8.8.8.8")));

        Assert.Equal((RouteType.Unreachable, false, "no route"), (result.Type, result.IsUnknown, result.Reason));
    }

    [Theory]
    [InlineData("eth0", "10.0.0.1", "10.0.0.4")]
    [InlineData("cni0", "10.244.0.9", "10.244.0.1")]
    [InlineData("kube-ipvs0", "10.96.0.9", "10.96.0.1")]
    [InlineData("gone0", "10.244.0.9", "10.0.0.4")]
    [InlineData("eth0", "2001:4860::8", "2001:db8::4")]
    [InlineData("eth0", "fe80::9", "fe80::4")]
    public void Masquerade_takes_the_address_that_the_kernel_would(string name, string nextHop, string source) =>
        Assert.Equal(A(source), ReadText(Addresses).Interfaces!.SelectSource(name, A(nextHop)));

    private static RouteResult Ask(string text, RouteQuery query)
    {
        var reading = ReadText(text);
        Assert.True(reading.Notes.Count == 0, string.Join('\n', reading.Notes));
        return (reading.Routing ?? RoutingTables.Empty).Lookup(query with { Interfaces = reading.Interfaces });
    }
}
