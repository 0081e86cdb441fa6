using System.Diagnostics;
using System.Text.Json;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.KernelTests.Netlink;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Tests.Planning;
using Sluice.Tests.Planning.Nftables;
using Xunit;
using static Sluice.KernelTests.Netlink.NftSpace;

namespace Sluice.KernelTests.Planning;

/// <summary>Plans for nftables in a real kernel: loaded, changed, taken up again, and read back as the values that were planned.</summary>
public sealed class NftablesPlanKernelTests(ITestOutputHelper output)
{
    public static TheoryData<IPFamily> Families => [IPFamily.IPv4, IPFamily.IPv6];

    [Theory]
    [MemberData(nameof(Families))]
    public void From_any_cluster_to_any_other_the_kernel_follows_and_a_restart_changes_nothing(IPFamily family)
    {
        var clock = Stopwatch.StartNew();
        var elements = 0;
        for (var seed = family == IPFamily.IPv6 ? 0 : 1; seed < 60; seed += 3)
        {
            var cluster = new RandomCluster(seed).Fill(20);
            var options = new NftablesPlanOptions(family)
            {
                Counters = seed % 2 == 0,
                AcceptHealthChecks = seed % 4 < 2,
                DropInvalid = true,
            };
            var layout = new NftablesLayout(options, cluster.Node);
            using var space = new NftSpace("plan");
            Ok(space.Connection.Create(layout.EmptyTable, NftOwnership.Anybody, out _));
            var table = Adopt(space, layout, cluster.Intent, NftablesDump.OfNewTable(layout), out _);
            var change = new NftablesChange(layout);
            for (var i = 0; i < 12; i++)
            {
                var changed = Enumerable.Range(0, 1 + cluster.Next(3)).Select(_ => cluster.Change()).ToHashSet();
                change.Clear();
                table.Apply(cluster.Intent, changed, change);
                elements += Commit(space, change, $"seed {seed}, change {i}");
                change.Clear();
            }

            // The first comparison removes chains that lists of other lengths needed; nothing else is to do, and then nothing at all.
            Adopt(space, layout, cluster.Intent, Read(space, layout), out var differences);
            Assert.True(differences == 0, $"seed {seed}: {differences} elements differ from what was written");
            var dump = Read(space, layout);
            var comparison = new NftablesComparison(NftablesTable.Of(layout, cluster.Intent, dump), dump);
            Assert.False(comparison.Next(change), string.Join('\n', comparison.Findings));
            RequireAsPlanned(space, NftablesPlan.Of(cluster.Intent, options), $"seed {seed}");
        }

        output.WriteLine($"{elements} elements in {clock.ElapsedMilliseconds} ms");
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void The_kernel_lists_as_many_chains_and_rules_for_an_affine_Service_of_400_endpoints_as_for_one_of_2(IPFamily family)
    {
        var (few, many) = (List(2), List(400));
        output.WriteLine($"{family}: 2 endpoints: {few}; 400 endpoints: {many}");
        Assert.Equal(few, many);

        (int Chains, int Rules) List(int endpoints)
        {
            using var space = new NftSpace("affine");
            Ok(space.Connection.Create(NftablesPlan.Of(AffineService.Intent(family, endpoints), new NftablesPlanOptions(family)), NftOwnership.Anybody, out _));
            using var listing = JsonDocument.Parse(space.Namespace.Check("nft", ["-j", "list", "ruleset"]));
            var items = listing.RootElement.GetProperty("nftables").EnumerateArray().ToList();
            Assert.True(items.Sum(i => ElementsOf(i, "endpoints")) >= endpoints);
            return (items.Count(i => i.TryGetProperty("chain", out _)), items.Count(i => i.TryGetProperty("rule", out _)));
        }

        static int ElementsOf(JsonElement item, string map) =>
            item.TryGetProperty("map", out var value) && value.GetProperty("name").GetString() == map && value.TryGetProperty("elem", out var elements) ? elements.GetArrayLength() : 0;
    }

    private static NftablesTable Adopt(NftSpace space, NftablesLayout layout, ServiceIntent intent, NftablesDump dump, out int elements)
    {
        var table = NftablesTable.Of(layout, intent, dump);
        var comparison = new NftablesComparison(table, dump);
        elements = 0;
        for (var change = new NftablesChange(layout); comparison.Next(change); change.Clear())
        {
            elements += Commit(space, change, "comparison");
        }

        return table;
    }

    private static int Commit(NftSpace space, NftablesChange change, string when)
    {
        foreach (var transaction in change.Transactions)
        {
            var result = space.Connection.Commit(transaction);
            Assert.True(result is NftCommitResult.Ok, $"{when}: {result}");
        }

        return change.ElementCount;
    }

    private static NftablesDump Read(NftSpace space, NftablesLayout layout) =>
        Assert.IsType<NftTableContent.Found>(new NftTableReader([space.Connection], layout.Family).Read(layout)).Dump;

    // What the kernel holds is the same value as the plan, but for who has which slot.
    private static void RequireAsPlanned(NftSpace space, Table plan, string when)
    {
        Assert.Null(space.Connection.Read(plan.Family, plan.Name, withElements: true, out var live, out _));
        Assert.Equal(plan.Chains.Select(c => c.Name), live!.Chains.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.All(plan.Chains, c => Assert.Equal(c, live.FindChain(c.Name)));
        foreach (var set in plan.Sets)
        {
            var there = live.FindSet(set.Name)!;
            Assert.True(set.Data is { IsVerdict: false } ? set.Elements.Count == there.Elements.Count : set.Equals(there), $"{when}: {set.Name}\n{space.List()}");
        }
    }
}
