using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;
using static Sluice.Tests.Intent.RouteCase;

namespace Sluice.Tests.Intent;

/// <summary>Which packets are a Service's on this node: its addresses, families, protocols, and how it knows its pods.</summary>
public sealed class RouteNodeTests
{
    [Theory]
    [InlineData("", true, "192.168.0.2 192.168.1.2 127.0.0.1 127.5.5.5")]
    [InlineData("", false, "192.168.0.2 192.168.1.2")]
    [InlineData("0.0.0.0/0", true, "192.168.0.2 192.168.1.2 127.0.0.1 127.5.5.5")]
    [InlineData("2001:db8::/32", true, "192.168.0.2 192.168.1.2 127.0.0.1 127.5.5.5")]
    [InlineData("192.168.1.0/24", true, "192.168.1.2")]
    [InlineData("192.168.0.2/32 127.0.0.0/8", true, "192.168.0.2 127.0.0.1")]
    [InlineData("192.168.0.2/32 127.0.0.0/8", false, "192.168.0.2")]
    [InlineData("10.0.0.0/8", true, "")]
    public void Node_ports_answer_on_the_configured_addresses(string ranges, bool localhost, string expected)
    {
        var node = TheNode with
        {
            NodePortAddresses = ranges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Prefix.Parse).ToEquatableArray(),
            LocalhostNodePorts = localhost,
        };
        var intent = IntentOf(TheService, "1", node);
        string[] asked = ["192.168.0.2", "192.168.1.2", "127.0.0.1", "127.5.5.5", "192.168.0.3", "10.180.0.1"];

        Assert.Equal(expected, string.Join(' ', asked.Where(a => Route(intent, a.StartsWith("127", StringComparison.Ordinal) ? "127.0.0.1" : NodeAddress, $"{a}:30080") != "-")));
    }

    [Fact]
    public void Loopback_serveTheNode_ports_to_the_node_itself_only_and_never_over_ipv6()
    {
        var v4 = IntentOf(TheService, "1");
        var v6 = IntentOf(TheService, "1", family: IPFamily.IPv6);

        Assert.Equal("10.180.0.1:80*", Route(v4, "127.0.0.1", "127.0.0.1:30080"));
        Assert.Equal("-", Route(v4, Client, "127.0.0.1:30080"));
        Assert.Equal("-", Route(v6, "::1", "[::1]:30080"));
        Assert.Equal("[fd00:180::1]:80*", Route(v6, "2001:db8::1", "[2001:db8::1]:30080"));
    }

    [Fact]
    public void Each_family_is_routed_by_itself()
    {
        var v6 = IntentOf(TheService with { SourceRanges = [Prefix.Parse("203.0.113.0/28")] }, "1; 2", family: IPFamily.IPv6);

        Assert.Equal("[fd00:180::1]:80 [fd00:180::2]:80", Route(v6, "fd00:180::99", "[fd00:30::10]:80"));
        Assert.Equal("[fd00:180::1]:80* [fd00:180::2]:80", Route(v6, "fd00:180::1", "[fd00:30::10]:80"));
        Assert.Equal("[fd00:180::1]:80* [fd00:180::2]:80*", Route(v6, "2001:db8:9::9", "[2001:db8:2::1]:80"));
        Assert.Throws<ArgumentException>(() => Route(v6, Client, ClusterIP));
    }

    [Fact]
    public void Only_the_very_protocol_and_port_are_the_services()
    {
        var service = TheService with
        {
            Ports = [new ServicePort("s", L4Protocol.Sctp, 80, 30080), new ServicePort("u", L4Protocol.Udp, 53, 30053)],
        };
        var intent = IntentOf(service, "1", ports: [new("s", L4Protocol.Sctp, 9000), new("u", L4Protocol.Udp, 9053)]);

        Assert.Equal("10.180.0.1:9000", Route(intent, PodAddress, ClusterIP, L4Protocol.Sctp));
        Assert.Equal("10.180.0.1:9000*", Route(intent, Client, NodePort, L4Protocol.Sctp));
        Assert.Equal("10.180.0.1:9053", Route(intent, PodAddress, "172.30.0.10:53", L4Protocol.Udp));
        Assert.All([L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Icmp], p => Assert.Equal("-", Route(intent, PodAddress, ClusterIP, p)));
        Assert.Equal("-", Route(intent, PodAddress, "172.30.0.10:81", L4Protocol.Sctp));
        Assert.Equal("-", Route(intent, PodAddress, "172.30.0.11:80", L4Protocol.Sctp));
    }

    [Fact]
    public void Health_is_told_where_node_ports_are_served()
    {
        var service = TheService with { ExternalTrafficPolicy = TrafficPolicy.Local, HealthCheckNodePort = 30100 };
        var limited = IntentOf(service, "1", TheNode with { NodePortAddresses = [Prefix.Parse("192.168.1.0/24")] });

        Assert.Equal("health of ns/svc", Route(IntentOf(service, "1"), Client, "192.168.0.2:30100"));
        Assert.Equal("health of ns/svc", Route(IntentOf(service, ""), "127.0.0.1", "127.0.0.1:30100"));
        Assert.Equal("-", Route(IntentOf(service, "1"), Client, "192.168.0.2:30100", L4Protocol.Udp));
        Assert.Equal("-", Route(IntentOf(service, "1"), Client, "198.51.100.1:30100"));
        Assert.Equal("-", Route(limited, Client, "192.168.0.2:30100"));
        Assert.Equal("health of ns/svc", Route(limited, Client, "192.168.1.2:30100"));
    }

    [Theory]
    [InlineData("cbr0", "", "cbr0")]
    [InlineData("eth0 cbr1 cbr", "*", "cbr0")]
    [InlineData("veth veth1 vethabc", "", "veth+")]
    [InlineData("eth0 vet xveth", "*", "veth+")]
    public void Pods_are_told_by_the_interface_they_come_from(string interfaces, string star, string detector)
    {
        LocalDetector local = detector.EndsWith('+') ? new LocalDetector.InterfaceNamePrefix(detector[..^1]) : new LocalDetector.BridgeInterface(detector);
        var intent = IntentOf(TheService with { ExternalTrafficPolicy = TrafficPolicy.Local }, "1", TheNode with { LocalDetector = local });

        Assert.All(interfaces.Split(' '), name =>
        {
            var packet = RouteText.Packet(TheNode, Client, ClusterIP) with { InInterface = name };
            Assert.Equal("10.180.0.1:80" + star, RouteText.Of(intent.Route(packet)));
            Assert.Equal(star == "" ? "10.180.0.1:80" : "dropped: NoLocalEndpoints", RouteText.Of(intent.Route(packet with { Destination = Address("192.0.2.1") })));
        });
        Assert.Equal("10.180.0.1:80*", Route(intent, NodeAddress, ClusterIP));
        Assert.Throws<ArgumentException>(() => Route(intent, Client, ClusterIP));
    }

    [Fact]
    public void A_range_of_pods_of_the_other_family_tells_nobody()
    {
        var node = TheNode with { LocalDetector = new LocalDetector.Cidr([Prefix.Parse("fd00:180::/32")]) };

        Assert.Equal("10.180.0.1:80", Route(IntentOf(TheService, "1", node), Client, ClusterIP));
        Assert.Equal("10.180.0.1:80*", Route(IntentOf(TheService, "1", node with { MasqueradeAll = true }), Client, ClusterIP));
    }

    [Fact]
    public void What_ends_at_the_node_itself_keeps_its_source_unless_the_node_sent_it()
    {
        var node = TheNode with { LocalAddresses = [Address(NodeAddress), Address("10.180.0.1")] };
        var intent = IntentOf(TheService, "1 local; 2", node);

        Assert.Equal("10.180.0.1:80 10.180.0.2:80*", Route(intent, Client, NodePort));
        Assert.Equal("10.180.0.1:80* 10.180.0.2:80*", Route(intent, NodeAddress, NodePort));
    }

    [Fact]
    public void Affinity_is_told_with_the_answer_on_every_address()
    {
        var intent = IntentOf(TheService with { AffinitySeconds = 600 }, "1; 2");

        Assert.All(All, d => Assert.Equal(600, Assert.IsType<RouteAnswer.Forwarded>(intent.Route(RouteText.Packet(TheNode, Client, d))).AffinitySeconds));
        Assert.Null(Assert.IsType<RouteAnswer.Forwarded>(IntentOf(TheService, "1").Route(RouteText.Packet(TheNode, Client, ClusterIP))).AffinitySeconds);
    }

    [Fact]
    public void An_address_claimed_twice_is_the_first_services_and_goes_before_a_node_port()
    {
        var first = TheService with { Name = new ObjectName("ns", "a"), ClusterIPs = [Address("172.30.0.11")], Ports = [new ServicePort("", L4Protocol.Tcp, 80, 30081)] };
        var third = TheService with { Name = new ObjectName("ns", "z"), ClusterIPs = [Address("172.30.0.12")], ExternalIPs = [Address(NodeAddress)], Ports = [new ServicePort("", L4Protocol.Tcp, 30080, 0)] };
        var intent = ServiceIntent.Of([TheService, third, first], name => [Slice("1", IPFamily.IPv4, [new("", L4Protocol.Tcp, name.Name[0])])], TheNode, IPFamily.IPv4);

        Assert.All([External, Balancer], d => Assert.Equal("10.180.0.1:97*", Route(intent, Client, d)));
        Assert.Equal("10.180.0.1:115*", Route(intent, Client, ClusterIP));
        Assert.Equal("10.180.0.1:122*", Route(intent, Client, NodePort));
        Assert.Equal("10.180.0.1:115*", Route(intent, Client, "192.168.1.2:30080"));
    }

    [Fact]
    public void A_question_that_says_too_little_or_asks_for_later_packets_is_refused()
    {
        var intent = IntentOf(TheService, "1");
        var packet = RouteText.Packet(TheNode, Client, ClusterIP);

        Assert.Throws<ArgumentException>(() => intent.Route(packet with { DestinationPort = null }));
        Assert.Throws<ArgumentException>(() => intent.Route(packet with { State = ConnectionState.Established }));
        Assert.Throws<ArgumentException>(() => intent.Route(packet with { Source = Address("::1") }));
        Assert.Equal("-", RouteText.Of(intent.Route(packet with { Protocol = L4Protocol.Icmp, DestinationPort = null })));
    }
}
