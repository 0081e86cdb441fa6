using Sluice.Dataplane.Conntrack;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Conntrack;

/// <summary>Which flows of the cluster of <see cref="FlowCluster"/> are stale.</summary>
public sealed class StaleFlowTests
{
    private const string Client = "10.244.1.9:4000";

    [Theory]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.2:5353", false, "a ready endpoint")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.2:5353 unanswered", false, "a ready endpoint that has not answered yet")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.7:5353", false, "a ready endpoint of another zone: hints are for new flows")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.3:5353", false, "one that ends but still serves")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.4:5353", true, "one that does not serve")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353", true, "one that is gone")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.2:53", true, "an endpoint's former port")]
    [InlineData("udp 10.244.1.9:4000 > 198.51.100.1:53 = 10.244.1.5:5353", true, "by the external address")]
    [InlineData("udp 203.0.113.9:4000 > 203.0.113.1:53 = 10.244.1.5:5353 from=192.0.2.1", true, "by the load balancer's address, masqueraded")]
    [InlineData("udp 203.0.113.9:4000 > 203.0.113.1:53 = 10.244.1.2:5353 from=192.0.2.1", false, "the same, with a ready endpoint")]
    [InlineData("udp 10.244.1.2:4000 > 10.96.0.10:53 = 10.244.1.2:5353 from=192.0.2.1", false, "an endpoint that reaches itself")]
    [InlineData("udp 10.244.1.5:4000 > 10.96.0.10:53 = 10.244.1.5:5353 from=192.0.2.1", true, "a former endpoint that reached itself")]
    [InlineData("udp 203.0.113.9:4000 > 192.0.2.1:30053 = 10.244.1.5:5353", true, "by the node port")]
    [InlineData("udp 203.0.113.9:4000 > 192.0.2.1:30053 = 10.244.1.2:5353", false, "by the node port, with a ready endpoint")]
    [InlineData("udp 203.0.113.9:4000 > 198.18.0.1:30053 = 10.244.1.5:5353", false, "an address of the node that serves no node ports")]
    [InlineData("udp 203.0.113.9:4000 > 192.0.2.2:30053 = 10.244.1.5:5353", false, "another node's port, translated by somebody else")]
    [InlineData("udp 192.0.2.1:4000 > 8.8.8.8:30053 = 8.8.8.8:30053", false, "somebody's server that has the number of a node port")]
    [InlineData("udp 192.0.2.1:30053 > 8.8.8.8:53 = 8.8.8.8:53", false, "a client on the node whose source port is a node port's number")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.20:9000 = 10.244.1.5:9000", true, "a Service without endpoints")]
    [InlineData("udp 10.244.1.9:4000 > 192.0.2.1:30900 = 10.244.1.5:9000", true, "the same by its node port")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.96.0.10:53 unanswered", true, "sent before the rules were there: nobody translated it")]
    [InlineData("udp 203.0.113.9:4000 > 192.0.2.1:30053 = 192.0.2.1:30053 unanswered", true, "the same by the node port")]
    [InlineData("udp 203.0.113.9:4000 > 192.0.2.1:30053 = 192.0.2.1:30053", false, "a program on the node answers there")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:5353 = 10.244.1.5:5353", false, "another port of the Service's address")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.99:53 = 10.244.1.5:5353", false, "an address that is no Service's")]
    [InlineData("udp 10.244.1.9:4000 > 10.244.1.5:5353 = 10.244.1.5:5353 unanswered", false, "straight to a pod")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353 zone=7", false, "somebody else's address space")]
    [InlineData("tcp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353", false, "TCP, which is left alone unless told")]
    [InlineData("sctp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353", false, "SCTP on the same port")]
    [InlineData("udp [fd00:244::9]:4000 > [fd00:10:96::10]:53 = [fd00:244::2]:5353", false, "IPv6, a ready endpoint")]
    [InlineData("udp [fd00:244::9]:4000 > [fd00:10:96::10]:53 = [fd00:244::3]:5353", false, "IPv6, one that ends but still serves")]
    [InlineData("udp [fd00:244::9]:4000 > [fd00:10:96::10]:53 = [fd00:244::5]:5353", true, "IPv6, one that is gone")]
    [InlineData("udp [2001:db8:9::9]:4000 > [2001:db8::1]:30053 = [fd00:244::5]:5353", true, "IPv6, by the node port")]
    [InlineData("udp [2001:db8:9::9]:4000 > [2001:db8::2]:30053 = [fd00:244::5]:5353", false, "IPv6, another node's port")]
    public void Of_all_flows_those_are_stale(string flow, bool isStale, string why) =>
        Assert.True(FlowCluster.StaleOf(FlowCluster.Everything(FamilyOf(flow), cleansTcp: false)).IsStale(FlowCluster.Flow(flow)) == isStale, $"{flow}: {why}");

    [Theory]
    [InlineData("tcp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353", true, "an endpoint that is gone")]
    [InlineData("tcp 203.0.113.9:4000 > 192.0.2.1:30053 = 10.244.1.5:5353", true, "the same by the node port")]
    [InlineData("tcp 10.244.1.9:4000 > 10.96.0.30:80 = 10.244.1.5:80", true, "a Service without endpoints")]
    [InlineData("tcp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.4:5353", false, "an endpoint that does not serve may still finish its connections")]
    [InlineData("tcp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.3:5353", false, "one that ends")]
    [InlineData("tcp 10.244.1.9:4000 > 10.96.0.10:53 = 10.96.0.10:53 unanswered", false, "TCP that nobody translated: it is made anew by its client")]
    [InlineData("udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.5:5353", true, "UDP as ever")]
    public void With_TCP_those_too(string flow, bool isStale, string why) =>
        Assert.True(FlowCluster.StaleOf(FlowCluster.Everything(IPFamily.IPv4, cleansTcp: true)).IsStale(FlowCluster.Flow(flow)) == isStale, $"{flow}: {why}");

    [Theory]
    [InlineData("192.0.2.1", true)]
    [InlineData("198.18.0.1", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("192.0.2.2", false)]
    public void Where_node_ports_are_served_on_all_addresses_those_are_the_nodes_alone(string address, bool isStale)
    {
        var node = FlowCluster.Node with { NodePortAddresses = [] };
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        scope.AddEverything(ServiceIntent.Of([FlowCluster.DnsService], _ => [], node, IPFamily.IPv4));
        Assert.Equal(isStale, FlowCluster.StaleOf(scope).IsStale(FlowCluster.Flow($"udp 203.0.113.9:4000 > {address}:30053 = 10.244.1.5:5353")));
    }

    [Fact]
    public void After_a_change_only_flows_of_the_Services_that_changed_are_looked_at()
    {
        var before = FlowCluster.Intent(IPFamily.IPv4, FlowCluster.DnsEndpoints);
        var after = FlowCluster.Intent(IPFamily.IPv4, FlowCluster.DnsEndpoints[1..]);
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        scope.Add(before, after, [FlowCluster.Dns]);
        var stale = FlowCluster.StaleOf(scope);
        Assert.True(stale.IsStale(FlowCluster.Flow($"udp {Client} > 10.96.0.10:53 = 10.244.1.2:5353")));
        Assert.False(stale.IsStale(FlowCluster.Flow($"udp {Client} > 10.96.0.20:9000 = 10.244.1.5:9000")));
    }

    [Fact]
    public void Flows_to_what_was_a_Services_go_only_where_it_translated_them()
    {
        var moved = FlowCluster.DnsService with
        {
            ClusterIPs = [NetAddress.Parse("10.96.0.11")],
            ExternalIPs = [],
            Ports = [FlowCluster.DnsService.Ports[0] with { NodePort = 30054 }],
        };
        var before = FlowCluster.Intent(IPFamily.IPv4, FlowCluster.DnsEndpoints);
        var after = FlowCluster.Intent(IPFamily.IPv4, [moved, FlowCluster.IdleService], FlowCluster.DnsEndpoints);
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: true);
        scope.Add(before, after, [FlowCluster.Dns, FlowCluster.Web]);
        var stale = FlowCluster.StaleOf(scope);
        foreach (var (flow, isStale) in new[]
        {
            ("10.96.0.10:53 = 10.244.1.2:5353", true),
            ("198.51.100.1:53 = 10.244.1.3:5353", true),
            ("192.0.2.1:30053 = 10.244.1.2:5353", true),
            ("203.0.113.1:53 = 10.244.1.2:5353", false),
            ("10.96.0.10:53 = 10.244.9.9:5353", false),
            ("10.96.0.10:53 = 10.96.0.10:53", false),
            ("198.18.0.1:30053 = 10.244.1.2:5353", false),
        })
        {
            Assert.True(stale.IsStale(FlowCluster.Flow($"udp {Client} > {flow}")) == isStale, flow);
        }

        // A connection that works is left alone, though nobody can make another.
        Assert.False(stale.IsStale(FlowCluster.Flow($"tcp {Client} > 10.96.0.10:53 = 10.244.1.2:5353")));
    }

    [Fact]
    public void What_another_Service_has_taken_over_is_judged_by_that_Service()
    {
        var taker = FlowCluster.IdleService with { ClusterIPs = [NetAddress.Parse("10.96.0.10")], Ports = [new ServicePort("", L4Protocol.Udp, 53, 0)] };
        var before = FlowCluster.Intent(IPFamily.IPv4, [FlowCluster.DnsService], FlowCluster.DnsEndpoints);
        var after = FlowCluster.Intent(IPFamily.IPv4, [taker]);
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        scope.Add(before, after, [FlowCluster.Dns]);
        var flow = FlowCluster.Flow($"udp {Client} > 10.96.0.10:53 = 10.244.1.2:5353");
        Assert.False(FlowCluster.StaleOf(scope).IsStale(flow));
        scope.Add(before, after, [FlowCluster.Idle]);
        Assert.True(FlowCluster.StaleOf(scope).IsStale(flow));
    }

    private static IPFamily FamilyOf(string flow) => flow.Contains('[', StringComparison.Ordinal) ? IPFamily.IPv6 : IPFamily.IPv4;
}
