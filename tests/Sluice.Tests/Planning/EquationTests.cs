using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace Sluice.Tests.Planning;

/// <summary>
/// The equation: every planner's rules do with every packet what the intent says, but for the differences of
/// <see cref="EquationDifferences"/>, <see cref="Nftables.NftablesEquation"/> and <see cref="Ipvs.IpvsEquation"/>. All planners get the same clusters and packets, so what holds for
/// each holds between them. SLUICE_EQUATION_CLUSTERS is the number of clusters, SLUICE_SEED the first seed.
/// </summary>
public sealed class EquationTests(ITestOutputHelper output)
{
    private static readonly int s_clusters = Setting("SLUICE_EQUATION_CLUSTERS", 500);
    private static readonly int s_seed = Setting("SLUICE_SEED", 1);

    [Fact]
    public void Rules_of_iptables_do_what_the_intent_says() => Ask(new IptablesEquation());

    [Fact]
    public void Rules_of_nftables_do_what_the_intent_says() => Ask(new Nftables.NftablesEquation());

    [Fact]
    public void State_of_IPVS_does_what_the_intent_says() => Ask(new Ipvs.IpvsEquation());

    private void Ask(EquationRules rules)
    {
        var run = new EquationRun(rules);
        var failed = new List<int>();
        Parallel.For(0, s_clusters, (i, loop) =>
        {
            if (run.Problem(EquationGenerator.Make(s_seed + i)) is not null)
            {
                lock (failed)
                {
                    failed.Add(s_seed + i);
                }

                loop.Stop();
            }
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{s_clusters} clusters from seed {s_seed}, {run.LargeClusters} large, {run.Packets} packets"));
        output.WriteLine(Text(run.Answers));
        output.WriteLine(Text(run.Differences));

        if (failed.Count > 0)
        {
            Shrink(rules, EquationGenerator.Make(failed.Min()));
        }

        Assert.True(run.Packets >= 100 * s_clusters, $"only {run.Packets} packets: the clusters are too small to test much");
        if (s_clusters >= 500)
        {
            string[] names = [.. rules.Differences.Select(d => d.Name), .. rules.DifferencesInShares];
            string[] kinds = ["Forwarded", "Refused", "Dropped", "HealthCheck", "NotAService", "masqueraded", "masqueraded in part", "source kept", "with affinity", "with weights"];
            Assert.All(kinds, k => Assert.True(run.Answers.ContainsKey(k), $"no packet was answered {k}: the clusters lack a feature"));
            Assert.True(run.LargeClusters > 0, "no cluster was large");
            Assert.All(names, n => Assert.True(run.Differences.ContainsKey(n), $"no packet met the difference {n}: it may be gone"));
        }
    }

    // Fails with the smallest cluster that still fails.
    private static void Shrink(EquationRules rules, EquationCluster cluster)
    {
        var run = new EquationRun(rules);
        var smaller = Arb.From(Gen.Constant(cluster), EquationShrinker.Shrink);
        Prop.ForAll(smaller, c =>
        {
            var problem = run.Problem(c);
            Assert.True(problem is null, $"\n{problem}\n{c}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1).WithQuietOnSuccess(true));
        Assert.Fail($"seed {cluster.Seed} failed once, and then no more");
    }

    private static string Text(IReadOnlyDictionary<string, int> counts) =>
        string.Join(", ", counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => $"{c.Key} {c.Value}"));

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
