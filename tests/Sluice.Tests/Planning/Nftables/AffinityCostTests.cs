using System.Globalization;
using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>Session affinity is paid for with elements, not with rules.</summary>
public sealed class AffinityCostTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public void With_400_endpoints_it_takes_as_many_chains_and_rules_as_with_2_and_a_packet_meets_as_many(IPFamily family)
    {
        var (few, many) = (Cost(family, 2), Cost(family, 400));
        output.WriteLine($"{family}: 2 endpoints: {few}; 400 endpoints: {many}");
        Assert.Equal(few with { Endpoints = 400 }, many);
    }

    private static AffinityCost Cost(IPFamily family, int endpoints)
    {
        var table = NftablesPlan.Of(AffineService.Intent(family, endpoints), new NftablesPlanOptions(family));
        var rules = SnapshotReader.Read([SourceText.Of("plan", NftWriter.Write(table))]).Snapshot;
        var services = ServiceFinder.FindAll(rules);
        var cost = CostMeter.Measure(new Tracer(rules), services);
        Assert.NotEmpty(cost.Items);
        return new AffinityCost(
            services.Single(s => s.Addresses.Count > 0).Endpoints.Count,
            table.Chains.Count,
            table.Chains.Sum(c => c.Rules.Count),
            string.Join(", ", cost.Items.Select(i => string.Create(CultureInfo.InvariantCulture, $"{i.Kind} from {i.From}: {i.RulesEvaluated}"))));
    }

    private sealed record AffinityCost(int Endpoints, int Chains, int Rules, string Evaluated);
}
