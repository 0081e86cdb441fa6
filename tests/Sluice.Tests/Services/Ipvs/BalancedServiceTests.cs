using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Graph;
using Sluice.Dataplane.Reports;
using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Services.Ipvs;

/// <summary>Services found in what IPVS mode leaves on a node.</summary>
public sealed class BalancedServiceTests
{
    [Fact]
    public void Sets_say_whose_a_virtual_server_is_and_what_kind_its_address_has()
    {
        var services = ServiceFinder.FindAll(BalancedNode.Read());

        Assert.Equal(
            ["default/web:http: ClusterIP 10.96.0.10:80, NodePort 192.0.2.1:30080, LoadBalancer 203.0.113.80:80", "kube-system/dns: ClusterIP 10.96.0.53:53"],
            services.Select(s => $"{s.FullName}: {string.Join(", ", s.Addresses.Select(a => $"{a.Kind} {a}"))}"));
        Assert.Equal("10.244.1.11:8080 1/3, 10.244.2.12:8080 1/3, 10.244.2.13:8080 1/3", Show(services[0].Endpoints));
        Assert.Equal("10.244.1.11:8080 1", Show(services[0].LocalEndpoints));
        Assert.Equal("10.244.1.20:53 1/4, 10.244.2.20:53 3/4", Show(services[1].Endpoints));
        Assert.Equal((true, TrafficPolicy.Local, "198.51.100.0/24"), (services[0].HasAffinity, services[0].ExternalPolicy, string.Join(", ", services[0].SourceRanges)));
        Assert.Equal((false, null, "wrr"), (services[1].HasAffinity, services[1].ExternalPolicy, services[1].Scheduler));
    }

    [Fact]
    public void Without_comments_the_address_is_the_name()
    {
        var services = ServiceFinder.FindAll(BalancedNode.Read(withComments: false));

        Assert.Equal(["tcp/*:30080", "tcp/203.0.113.80:80", "tcp/10.96.0.10:80", "udp/10.96.0.53:53"], services.Select(s => s.FullName));
    }

    [Fact]
    public void A_virtual_server_without_real_servers_refuses()
    {
        var service = Assert.Single(ServiceFinder.FindAll(BalancedNode.Read(servers: [BalancedNode.Of("tcp", "10.96.0.10:80")])));

        Assert.Equal((RefusalAction.Reject, "has no endpoints"), (service.Refusal!.Action, service.Refusal.Reason));
        Assert.Empty(service.Endpoints);
    }

    [Fact]
    public void A_scheduler_that_counts_connections_gives_no_shares()
    {
        var service = Assert.Single(ServiceFinder.FindAll(BalancedNode.Read(servers: [BalancedNode.Of("tcp", "10.96.0.10:80", "10.244.1.11:8080", "10.244.2.12:8080") with { Scheduler = "lc" }])));

        Assert.Equal("10.244.1.11:8080 , 10.244.2.12:8080 ", Show(service.Endpoints));
        Assert.Equal("lc", service.Scheduler);
    }

    [Fact]
    public void Virtual_servers_alone_are_enough()
    {
        var services = ServiceFinder.FindAll(new Netfilter.NodeSnapshot(Netfilter.Rules.Ruleset.Empty) { Ipvs = new IpvsTable([.. BalancedNode.Servers()]) });

        Assert.Equal(["tcp/192.0.2.1:30080", "tcp/203.0.113.80:80", "tcp/10.96.0.10:80", "udp/10.96.0.53:53"], services.Select(s => s.FullName));
        Assert.Equal(3, services[2].Endpoints.Count);
    }

    [Fact]
    public void A_dump_with_the_interface_of_ipvs_alone_leaves_node_ports_to_the_node()
    {
        var node = BalancedNode.Read();
        var known = node with { Routing = null, Interfaces = new([node.Interfaces!.Find("kube-ipvs0")!]) };

        var port = ServiceFinder.FindAll(known)[0].Addresses.Single(a => a.Kind == ServiceAddressKind.NodePort);

        Assert.Equal("10.244.1.11:8080 1", Show(port.Endpoints));
    }

    [Fact]
    public void The_rules_to_reach_are_those_before_ipvs_and_do_not_grow_with_the_Services()
    {
        var node = BalancedNode.Read();
        var services = ServiceFinder.FindAll(node);

        var report = CostMeter.Measure(new Tracer(node), services);

        Assert.All(services, s => Assert.InRange(s.RulesToReach!.Value, 8, 20));
        Assert.Equal(2, report.Summary.Services);
        Assert.Equal(0, report.Summary.GrowthPerService);
        Assert.All(report.Items, i => Assert.Contains(i.ByHook, h => h.Hook == Netfilter.Rules.Hook.Input));
    }

    [Fact]
    public void A_graph_shows_the_virtual_server_between_the_chains_and_the_endpoints()
    {
        var node = BalancedNode.Read();

        var graph = GraphBuilder.OfService(node, ServiceFinder.FindAll(node)[0]);

        var server = Assert.Single(graph.Nodes, n => n is { Kind: GraphNodeKind.VirtualServer, Label: "IPVS tcp 10.96.0.10:80" });
        Assert.Equal("rr", server.Detail);
        Assert.Equal(
            ["10.244.1.11:8080 1/3", "10.244.2.12:8080 1/3", "10.244.2.13:8080 1/3"],
            graph.Edges.Where(e => e.From == server.Id).Select(e => $"{graph.Nodes.Single(n => n.Id == e.To).Label} {e.Share}"));
        Assert.Contains(graph.Nodes, n => n is { Kind: GraphNodeKind.VirtualServer, Detail: "rr, keeps clients 10800 s" });
    }

    [Theory]
    [InlineData("203.0.113.7", "10.96.0.10:80", "source 203.0.113.7 is not in 10.244.0.0/16 (KUBE-SERVICES rule 3)")]
    [InlineData("198.51.100.7", "203.0.113.80:80", "external traffic policy Cluster (KUBE-LOAD-BALANCER rule 2)")]
    [InlineData("203.0.113.7", "192.0.2.1:30080", "external traffic policy Cluster (KUBE-NODE-PORT rule 2)")]
    public void The_rule_that_asked_for_masquerade_says_why(string from, string to, string why)
    {
        var node = BalancedNode.Read();
        var sets = node.Ipsets!.Sets.Select(s => s.Name.Contains("-LOCAL", StringComparison.Ordinal) ? s with { Entries = [] } : s);

        var trace = new Tracer(node with { Ipsets = new([.. sets]) }).Trace(Tracing.Ask.Tcp(from, to));

        Assert.Equal(why, MasqueradeReason.Of(trace, trace.Outcomes[^1]));
    }

    private static string Show(EquatableArray<ServiceEndpoint> endpoints) => string.Join(", ", endpoints.Select(e => $"{e} {e.Probability}"));
}
