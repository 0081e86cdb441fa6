using Sluice.Dataplane.Comparing;
using Sluice.Net;
using Sluice.Tests.Planning;
using Xunit;

namespace Sluice.Tests.Comparing;

/// <summary>What a mode costs is counted exactly.</summary>
public sealed class CountedCostTests
{
    private static readonly int[] s_sizes = [10, 100, 1000, 3000];

    [Fact]
    public void In_iptables_mode_the_last_Service_costs_one_rule_more_for_each_that_has_one_address()
    {
        var plain = ComparedClusters.Intent(PlanCluster.Port("shop/a", "172.30.0.1", "10.1.0.1"));
        var counted = s_sizes.ToDictionary(s => s, s => CountedCost.Of(ComparedClusters.Mode("iptables"), ScaledCluster.Make(plain, s)));
        foreach (var size in s_sizes[1..])
        {
            Assert.Equal(counted[10].Last + (size - 10), counted[size].Last);
            Assert.Equal(counted[10].NoService + (size - 10), counted[size].NoService);
            Assert.Equal(counted[10].First, counted[size].First);
            Assert.Equal(counted[size].First + ((size - 1) / 2), counted[size].Median);
        }
    }

    [Theory]
    [InlineData("nftables")]
    [InlineData("ipvs")]
    public void In_the_other_modes_the_number_of_Services_does_not_count(string mode)
    {
        var plain = ComparedClusters.Intent(PlanCluster.Port("shop/a", "172.30.0.1", "10.1.0.1"));
        var counted = s_sizes.Select(s => CountedCost.Of(ComparedClusters.Mode(mode), ScaledCluster.Make(plain, s))).ToList();
        Assert.Single(counted.Select(c => (c.First, c.Median, c.Last, c.NoService, c.Held.Rules, c.Held.Chains)).Distinct());
        Assert.True(counted[^1].Held.Elements > counted[0].Held.Elements);
        Assert.InRange(counted[0].Last, 1, 40);
    }

    [Fact]
    public void Held_rules_are_those_of_the_plan()
    {
        var plan = PlanCluster.Plan(ComparedClusters.Three.Ports);
        var text = plan.ToRestoreText().Split('\n');
        var held = CountedCost.Of(ComparedClusters.Mode("iptables"), ComparedClusters.Three).Held;
        Assert.Equal(new HeldRules(text.Count(l => l.StartsWith("-A ", StringComparison.Ordinal)), text.Count(l => l.StartsWith(":KUBE-", StringComparison.Ordinal)), 0, 0, 0), held);
    }

    [Fact]
    public void Virtual_servers_and_their_real_servers_are_counted()
    {
        var plain = ComparedClusters.Intent(PlanCluster.Port("shop/a", "172.30.0.1", "10.1.0.1", "10.1.0.2", "10.1.0.3"));
        var held = CountedCost.Of(ComparedClusters.Mode("ipvs"), ScaledCluster.Make(plain, 50)).Held;
        Assert.Equal((50, 150), (held.VirtualServers, held.RealServers));
    }

    [Fact]
    public void Without_any_Service_there_is_nothing_to_count() => Assert.Throws<ArgumentException>(() =>
        CountedCost.Of(ComparedClusters.Mode("nftables"), ComparedClusters.Intent()));

    [Fact]
    public void A_cluster_found_in_a_dump_has_the_numbers_of_the_one_it_was_written_for()
    {
        foreach (var mode in (string[])["iptables", "ipvs", "nftables"])
        {
            var node = ComparedClusters.Mode(mode).Plan(ComparedClusters.Three);
            var found = FoundCluster.Of(node, Dataplane.Services.ServiceFinder.FindAll(node), IPFamily.IPv4);
            var (meant, shown) = (ClusterShape.Of(ComparedClusters.Three), ClusterShape.Of(found));
            Assert.Equal((meant.Services, meant.Ports, meant.Endpoints, meant.WithNodePorts, meant.WithLoadBalancers), (shown.Services, shown.Ports, shown.Endpoints, shown.WithNodePorts, shown.WithLoadBalancers));
        }
    }
}
