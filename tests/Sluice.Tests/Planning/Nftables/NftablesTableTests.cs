using Sluice.Dataplane.Planning.Nftables;
using Sluice.Netfilter.Rules;
using Xunit;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>Tables: what changes lead to, and how little they write.</summary>
public sealed class NftablesTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Change_after_change_the_kernel_holds_what_a_first_load_would_bring()
    {
        var elements = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            try
            {
                elements += Run(seed);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or ArgumentException or InvalidOperationException)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {e.Message}", e);
            }
        }

        output.WriteLine($"{elements} elements");
    }

    [Fact]
    public void A_restart_takes_up_what_an_earlier_one_left_and_sends_the_difference()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(30);
            var options = Options(cluster, seed);
            var kernel = NftablesModelKernel.Load(new NftablesLayout(options, cluster.Node), cluster.Intent).Kernel;
            for (var i = 0; i < 1 + cluster.Next(8); i++)
            {
                cluster.Change();
            }

            var writtenBefore = kernel.Elements;
            kernel.Adopt(cluster.Intent, elements: 1 + cluster.Next(50));
            AssertSame(NftablesPlan.Of(cluster.Intent, options), kernel, $"seed {seed}");
            output.WriteLine($"seed {seed}: {writtenBefore} elements, then {kernel.Elements - writtenBefore}");
        }
    }

    [Fact]
    public void An_audit_mends_what_somebody_else_changed_and_only_that()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var cluster = new RandomCluster(seed).Fill(30);
            var options = Options(cluster, seed);
            var layout = new NftablesLayout(options, cluster.Node);
            var (kernel, table) = NftablesModelKernel.Load(layout, cluster.Intent);
            Assert.Empty(kernel.Compare(table));
            var damages = kernel.Damage(new Random(seed), 1 + (seed % 7));
            var before = kernel.Elements;
            var findings = kernel.Compare(table);
            AssertSame(NftablesPlan.Of(cluster.Intent, options), kernel, $"seed {seed}");
            Assert.True(damages == 0 || findings.Count > 0, $"seed {seed}: nothing was found");
            Assert.True(kernel.Elements - before <= 2 * damages, $"seed {seed}: {kernel.Elements - before} elements for {damages} damages");
            Assert.Empty(kernel.Compare(table));
        }
    }

    private static NftablesPlanOptions Options(RandomCluster cluster, int seed) => new(cluster.Family)
    {
        Counters = seed % 4 == 0,
        AcceptHealthChecks = seed % 5 == 0,
        DropInvalid = seed % 6 == 0,
    };

    private static int Run(int seed)
    {
        var cluster = new RandomCluster(seed).Fill(30);
        if (seed % 3 == 0)
        {
            cluster.ChangeNode();
        }

        var options = Options(cluster, seed);
        var layout = new NftablesLayout(options, cluster.Node);
        var (kernel, table) = NftablesModelKernel.Load(layout, cluster.Intent);
        AssertSame(NftablesPlan.Of(cluster.Intent, options), kernel, "first load");
        var change = new NftablesChange(layout);
        for (var i = 0; i < 30; i++)
        {
            var changed = Enumerable.Range(0, 1 + cluster.Next(seed % 5 == 0 ? 6 : 2)).Select(_ => cluster.Change()).ToHashSet();
            change.Clear();
            table.Apply(cluster.Intent, changed, change);
            kernel.Apply(change);
            AssertSame(NftablesPlan.Of(cluster.Intent, options), kernel, $"change {i} of {string.Join(' ', changed)}");
        }

        // A restart finds nothing to do but to remove chains that were needed once.
        var before = kernel.Elements;
        kernel.Adopt(cluster.Intent);
        Assert.Equal(before, kernel.Elements);
        Assert.Equal(NftablesPlan.Of(cluster.Intent, options).Chains.Select(c => c.Name), kernel.Table.Chains.Select(c => c.Name));
        var transactions = kernel.Transactions;
        kernel.Adopt(cluster.Intent);
        Assert.Equal(transactions, kernel.Transactions);
        return kernel.Elements;
    }

    private static void AssertSame(Table expected, NftablesModelKernel kernel, string when)
    {
        var (wanted, there) = (NftablesModelKernel.InWords(expected), NftablesModelKernel.InWords(kernel.Table));
        Assert.True(wanted == there, $"{when}: wanted\n{Only(wanted, there)}\nbut there is\n{Only(there, wanted)}");
        foreach (var chain in expected.Chains)
        {
            Assert.Equal(chain, kernel.Table.FindChain(chain.Name));
        }
    }

    private static string Only(string one, string other) => string.Join('\n', one.Split('\n').Except(other.Split('\n'), StringComparer.Ordinal));
}
