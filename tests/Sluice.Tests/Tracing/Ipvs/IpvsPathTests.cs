using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing.Ipvs;

/// <summary>The way of packets that IPVS balances, and of their answers.</summary>
public sealed class IpvsPathTests
{
    private const string Rules = """
        *nat
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        -A PREROUTING -d 10.96.0.10 -j MARK --set-xmark 0x4000/0x4000
        -A OUTPUT -d 10.96.0.10 -j MARK --set-xmark 0x4000/0x4000
        -A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE
        COMMIT
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        COMMIT
        """;

    [Fact]
    public void A_packet_from_the_network_goes_through_input_to_output_and_postrouting()
    {
        var outcome = Assert.Single(Trace(Ask.Tcp("203.0.113.7", "10.96.0.10:80"), Balancers.Tcp("rr", "10.244.1.11:8080")).Outcomes);

        Assert.Equal("10.244.1.1:40000 > 10.244.1.11:8080 masquerade by cni0", Show(outcome));
        Assert.Equal(
            "nat/PREROUTING/1 nat/PREROUTING/policy filter/INPUT/policy ipvs/tcp 10.96.0.10:80/0 filter/OUTPUT/policy nat/POSTROUTING/1",
            outcome.Places());
        Assert.Equal("virtual server tcp 10.96.0.10:80 rr", outcome.Path[3].Text);
        Assert.Equal("-> 10.244.1.11:8080", outcome.Path[3].Action);
    }

    [Fact]
    public void A_packet_of_the_node_meets_it_after_nat_output_and_passes_output_once_more()
    {
        var outcome = Assert.Single(Trace(Ask.Tcp("10.96.0.10", "10.96.0.10:80").Local(), Balancers.Tcp("rr", "10.244.1.11:8080")).Outcomes);

        Assert.Equal("10.244.1.1:40000 > 10.244.1.11:8080 masquerade by cni0", Show(outcome));
        Assert.Equal("nat/OUTPUT/1 nat/OUTPUT/policy ipvs/tcp 10.96.0.10:80/0 filter/OUTPUT/policy nat/POSTROUTING/1", outcome.Places());
    }

    [Theory]
    [InlineData(false, "nat/PREROUTING/1 nat/PREROUTING/policy filter/INPUT/policy ipvs/tcp 10.96.0.10:80/0 nat/INPUT/policy")]
    [InlineData(true, "nat/OUTPUT/1 nat/OUTPUT/policy ipvs/tcp 10.96.0.10:80/0 filter/OUTPUT/policy nat/POSTROUTING/1 filter/INPUT/policy")]
    public void A_real_server_on_the_node_gets_the_packet_at_the_same_hook(bool isLocal, string places)
    {
        var packet = Ask.Tcp("203.0.113.7", "10.96.0.10:80") with { Source = NetAddress.Parse(isLocal ? "192.0.2.1" : "203.0.113.7") };

        var outcome = Assert.Single(Trace(isLocal ? packet.Local() : packet, Balancers.Tcp("rr", "192.0.2.1:8080")).Outcomes);

        Assert.Equal(Disposition.Accepted, outcome.Disposition);
        Assert.Equal("192.0.2.1:8080", outcome.Destination?.WithPort(outcome.DestinationPort));
        Assert.Equal(places, outcome.Places());
    }

    [Fact]
    public void Without_a_real_server_the_client_is_told()
    {
        var outcome = Assert.Single(Trace(Ask.Tcp("203.0.113.7", "10.96.0.10:80"), Balancers.Tcp("rr", "10.244.1.11:8080 0")).Outcomes);

        Assert.Equal(Disposition.Rejected, outcome.Disposition);
        Assert.Equal("icmp-port-unreachable", outcome.RejectWith);
        Assert.Equal("virtual server tcp 10.96.0.10:80 has no real server that takes new connections", outcome.Reason);
    }

    [Fact]
    public void What_does_not_begin_a_connection_is_left_alone()
    {
        var server = Balancers.Tcp("rr", "10.244.1.11:8080");

        Assert.Null(Only(Ask.Tcp("203.0.113.7", "10.96.0.10:80") with { TcpFlags = TcpFlags.Ack, State = ConnectionState.Invalid }, server).RealServer);
        Assert.Null(Only(Ask.Tcp("203.0.113.7", "10.96.0.10:81"), server).RealServer);
        Assert.Null(Only(Ask.Udp("203.0.113.7", "10.96.0.10:80"), server).RealServer);
        Assert.Null(Only(Ask.Tcp("203.0.113.7", "10.96.0.10:80") with { SourcePort = 20 }, server).RealServer);
    }

    [Fact]
    public void A_mark_comes_before_an_address_and_any_port_comes_last()
    {
        var byPort = Balancers.Tcp("rr", "10.244.1.11:8080");
        var byMark = new VirtualServer(new VirtualServerKey.Mark(IPFamily.IPv4, 0x4001)) { RealServers = [Balancers.Real("10.244.1.12:0")] };
        var anyPort = new VirtualServer(new VirtualServerKey.Address(L4Protocol.Tcp, NetAddress.Parse(Balancers.Address), 0))
        {
            PersistenceSeconds = 60,
            RealServers = [Balancers.Real("10.244.1.13:0")],
        };
        var packet = Ask.Tcp("203.0.113.7", "10.96.0.10:80");

        Assert.Equal("10.244.1.12:80", Destination(Only(packet with { Mark = 1 }, byPort, byMark, anyPort)));
        Assert.Equal("10.244.1.11:8080", Destination(Only(packet, byPort, byMark, anyPort)));
        Assert.Equal("10.244.1.13:81", Destination(Only(packet with { DestinationPort = 81 }, byPort, byMark, anyPort)));
    }

    [Fact]
    public void Direct_routing_and_tunnels_leave_the_destination_and_say_where_it_goes()
    {
        var server = Balancers.Tcp("rr", "192.0.2.8:80");
        var direct = server with { RealServers = [server.RealServers[0] with { Method = ForwardingMethod.DirectRouting }] };
        var tunnel = server with { RealServers = [server.RealServers[0] with { Method = ForwardingMethod.Tunneling }] };
        var packet = Ask.Tcp("203.0.113.7", "10.96.0.10:80");

        var sent = Only(packet, direct);
        Assert.Equal("10.96.0.10:80 eth0 IPVS sends it to real server 192.0.2.8 as it is (direct routing)", $"{Destination(sent)} {sent.OutInterface} {sent.Reason}");
        sent = Only(packet, tunnel);
        Assert.Equal("10.96.0.10:80 eth0 IPVS sends it to real server 192.0.2.8 in a tunnel", $"{Destination(sent)} {sent.OutInterface} {sent.Reason}");

        var reply = Assert.Single(new Tracer(Balancers.Node(Rules, direct)).TraceReply(packet).Outcomes);
        Assert.Equal((Disposition.Incomplete, "real server 192.0.2.8 answers the client itself: its answers do not pass this node"), (reply.Disposition, reply.Reason));
    }

    [Theory]
    [InlineData(false, "203.0.113.7", "10.244.1.11:8080", "10.96.0.10:80 > 203.0.113.7:40000 by eth0", "filter/FORWARD/policy ipvs/tcp 10.96.0.10:80/0")]
    [InlineData(true, "10.96.0.10", "10.244.1.11:8080", "10.96.0.10:80 > 10.96.0.10:40000", "filter/INPUT/policy ipvs/tcp 10.96.0.10:80/0")]
    [InlineData(false, "203.0.113.7", "192.0.2.1:8080", "10.96.0.10:80 > 203.0.113.7:40000 by eth0", "ipvs/tcp 10.96.0.10:80/0 filter/OUTPUT/policy")]
    [InlineData(true, "192.0.2.1", "192.0.2.1:8080", "10.96.0.10:80 > 192.0.2.1:40000", "ipvs/tcp 10.96.0.10:80/0 filter/OUTPUT/policy filter/INPUT/policy")]
    public void Answers_get_the_address_that_the_client_knows(bool isLocal, string from, string real, string shown, string places)
    {
        var packet = Ask.Tcp(from, "10.96.0.10:80");
        var tracer = new Tracer(Balancers.Node(Rules, Balancers.Tcp("rr", real)));

        var outcome = Assert.Single(tracer.TraceReply(isLocal ? packet.Local() : packet).Outcomes);

        Assert.Equal(shown, Show(outcome));
        Assert.Equal(places, outcome.Places());
    }

    [Fact]
    public void Later_packets_go_to_the_same_real_server_and_are_no_dnat_to_connection_tracking()
    {
        var rules = Rules.Replace(":OUTPUT ACCEPT [0:0]\nCOMMIT", ":OUTPUT ACCEPT [0:0]\n-A OUTPUT -m conntrack --ctstate DNAT -j DROP\nCOMMIT", StringComparison.Ordinal);
        var tracer = new Tracer(Balancers.Node(rules, Balancers.Tcp("rr", "10.244.1.11:8080", "10.244.1.12:8080")));

        var later = tracer.Trace(Ask.Tcp("203.0.113.7", "10.96.0.10:80") with { State = ConnectionState.Established, TcpFlags = TcpFlags.Ack });

        Assert.Equal(["10.244.1.11:8080 1/2", "10.244.1.12:8080 1/2"], later.Outcomes.Select(o => $"{Destination(o)} {o.Probability}"));
        Assert.Equal("-> 10.244.1.11:8080, as before", later.Outcomes[0].Path.Single(s => s.VirtualServer is not null).Action);
    }

    [Fact]
    public void The_ipvs_match_knows_what_ipvs_handles()
    {
        const string Asked = "-m ipvs --vaddr 10.96.0.10/32 --vproto 6 --vport 80";
        var server = Balancers.Tcp("rr", "10.244.1.11:8080");

        Assert.Equal(Disposition.Dropped, Filtered($"-A OUTPUT {Asked} -j DROP"));
        Assert.Equal(Disposition.Forwarded, Filtered($"-A INPUT {Asked} -j DROP"));
        Assert.Equal(Disposition.Forwarded, Filtered("-A OUTPUT -m ipvs --vaddr 10.96.0.11/32 -j DROP"));
        Assert.Equal(Disposition.Dropped, Filtered("-A OUTPUT -m ipvs --ipvs -j DROP"));
        Assert.Equal(Disposition.Dropped, Filtered("-A OUTPUT -m ipvs --vmethod MASQ --vdir ORIGINAL -j DROP"));
        Assert.Equal(Disposition.Forwarded, Filtered("-A OUTPUT -m ipvs ! --ipvs -j DROP"));
        Assert.Equal(Disposition.Dropped, Filtered("-A INPUT -m ipvs ! --ipvs -j DROP"));

        Disposition Filtered(string rule) => Assert.Single(new Tracer(Balancers.Node($"*filter\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n{rule}\nCOMMIT", server))
            .Trace(Ask.Tcp("203.0.113.7", "10.96.0.10:80")).Outcomes).Disposition;
    }

    [Fact]
    public void What_depends_on_a_sysctl_is_said()
    {
        var trace = Trace(Ask.Tcp("203.0.113.7", "10.96.0.10:80"), Balancers.Tcp("rr", "10.244.1.11:8080"));

        Assert.Contains("net.ipv4.vs.conntrack is 1, as kube-proxy sets it: connections that IPVS balances stay tracked", trace.Assumptions);
    }

    private static Trace Trace(Packet packet, params VirtualServer[] servers) => new Tracer(Balancers.Node(Rules, servers)).Trace(packet);

    private static Outcome Only(Packet packet, params VirtualServer[] servers) => Assert.Single(Trace(packet, servers).Outcomes);

    private static string? Destination(Outcome outcome) => outcome.Destination?.WithPort(outcome.DestinationPort);

    private static string Show(Outcome outcome) => $"{outcome.Source?.WithPort(outcome.SourcePort)} > {Destination(outcome)}" +
        (outcome.Masquerade ? " masquerade" : "") + (outcome.OutInterface is { } name ? " by " + name : "");
}
