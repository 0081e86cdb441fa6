using Sluice.Dataplane.Migration;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Tests.Planning;
using Xunit;

namespace Sluice.Tests.Migration;

/// <summary>What somebody did to a node's state is found, and the Service it hurts is named.</summary>
public sealed class DamageTests
{
    private const string Hurt = "ns1/web:http";

    private static readonly EquationCluster s_cluster = Cluster();

    [Theory]
    [InlineData("iptables")]
    [InlineData("ipvs")]
    [InlineData("nftables")]
    public void A_whole_dump_is_like_its_plan(string mode) => Assert.Equal("", Unexplained(mode, s => s));

    [Fact]
    public void A_chain_of_iptables_that_is_gone_is_found() =>
        Assert.Equal(Hurt, Unexplained("iptables", s => OnTable(s, "nat", t => t with { Chains = [.. t.Chains.Where(c => c.Name != FirstEndpointChain(t))] })));

    [Fact]
    public void A_rule_of_iptables_that_is_gone_is_found() => Assert.Equal(Hurt, Unexplained("iptables", s => OnTable(s, "nat", t => t with
    {
        Chains = [.. t.Chains.Select(c => c.Name == "KUBE-SERVICES" ? c with { Rules = [.. c.Rules.Span[1..]] } : c)],
    })));

    [Theory]
    [InlineData("service-ips")]
    [InlineData("endpoints")]
    public void An_element_of_nftables_that_is_gone_is_found(string set) => Assert.Equal(Hurt, Unexplained("nftables", s => OnTable(s, "sluice", t => t with
    {
        Sets = [.. t.Sets.Select(e => e.Name == set ? e with { Elements = [.. e.Elements.Span[1..]] } : e)],
    })));

    [Fact]
    public void A_real_server_that_is_gone_is_found() => Assert.Equal(Hurt, Unexplained("ipvs", s => s with
    {
        Ipvs = s.Ipvs! with { Servers = [.. s.Ipvs.Servers.Select((v, i) => i == 0 ? v with { RealServers = [.. v.RealServers.Span[1..]] } : v)] },
    }));

    [Fact]
    public void A_virtual_server_that_is_gone_is_found() =>
        Assert.Equal(Hurt, Unexplained("ipvs", s => s with { Ipvs = s.Ipvs! with { Servers = [.. s.Ipvs.Servers.Span[1..]] } }));

    // Also against another mode: what is intended between modes does not hide it.
    private static string Unexplained(string mode, Func<NodeSnapshot, NodeSnapshot> damage)
    {
        var dump = MigrationSides.Dumped(mode, s_cluster, damage(MigrationSides.Planned(mode, s_cluster).Snapshot));
        var found = MigrationSides.Modes.Select(m => new MigrationComparer(MigrationSides.Planned(m, s_cluster), dump, s_cluster.Family).Compare(TestContext.Current.CancellationToken))
            .Select(r => string.Join(' ', r.Causes.Where(c => c.Known.Count == 0).SelectMany(c => c.Services).Select(s => s.Service)))
            .Distinct().ToList();
        return Assert.Single(found);
    }

    private static NodeSnapshot OnTable(NodeSnapshot snapshot, string name, Func<Table, Table> change) =>
        snapshot with { Ruleset = new Ruleset([.. snapshot.Ruleset.Tables.Select(t => t.Name == name ? change(t) : t)]) };

    private static string FirstEndpointChain(Table table) =>
        table.Chains.First(c => c.Rules.Any(r => r.Source.Text.Contains("--to-destination 10.180.1.20:8080", StringComparison.Ordinal))).Name;

    // One Service of one address with two endpoints elsewhere, another that nothing happens to.
    private static EquationCluster Cluster()
    {
        var cluster = EquationGenerator.Make(2);
        return cluster with
        {
            Options = new IptablesPlanOptions(IPFamily.IPv4),
            Node = cluster.Node with { NodePortAddresses = [], LocalDetector = new LocalDetector.Cidr(EquationAddresses.ClusterPods), MasqueradeAll = false },
            Services = [Make("web", 11), Make("zzz", 12)],
            Slices = [Slice("web", 20), Slice("zzz", 30)],
        };
    }

    private static Service Make(string name, int number) => new(new ObjectName("ns1", name))
    {
        Type = ServiceType.ClusterIP,
        ClusterIPs = [EquationAddresses.ClusterIP(IPFamily.IPv4, number)],
        Ports = [new ServicePort("http", L4Protocol.Tcp, 80, 0)],
    };

    private static EndpointSlice Slice(string service, int first) => new(new ObjectName("ns1", service + "-0"))
    {
        Service = new ObjectName("ns1", service),
        Family = IPFamily.IPv4,
        Ports = [new EndpointPort("http", L4Protocol.Tcp, 8080)],
        Endpoints = [.. Enumerable.Range(first, 2).Select(n => new SliceEndpoint(EquationAddresses.RemotePod(IPFamily.IPv4, n)) { NodeName = "n2" })],
    };
}
