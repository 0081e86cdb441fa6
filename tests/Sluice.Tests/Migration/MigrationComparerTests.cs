using System.Collections.Concurrent;
using Sluice.Dataplane.Migration;
using Sluice.Tests.Planning;
using Xunit;

namespace Sluice.Tests.Migration;

/// <summary>Modes compared for random clusters: each is like itself, and what differs between two is listed.</summary>
public sealed class MigrationComparerTests(ITestOutputHelper output)
{
    private const int Clusters = 150;
    private const int FirstSeed = 1;

    [Fact]
    public void A_mode_does_not_differ_from_itself()
    {
        Parallel.For(0, 40, i =>
        {
            var cluster = EquationGenerator.Make(FirstSeed + i);
            foreach (var mode in MigrationSides.Modes)
            {
                var report = Compare(mode, mode, cluster);
                Assert.True(report.Causes.Count == 0, $"seed {cluster.Seed}, {mode}: {Text(report)}");
            }
        });
    }

    [Theory]
    [InlineData("iptables", "nftables")]
    [InlineData("iptables", "ipvs")]
    [InlineData("nftables", "ipvs")]
    public void What_differs_between_two_modes_is_among_the_known_differences(string from, string to)
    {
        var wrong = new ConcurrentDictionary<int, string>();
        var (packets, met) = (0, new ConcurrentDictionary<string, int>(StringComparer.Ordinal));
        Parallel.For(0, Clusters, i =>
        {
            var cluster = EquationGenerator.Make(FirstSeed + i);
            var report = Compare(from, to, cluster);
            Interlocked.Add(ref packets, report.Packets);
            if (report.HasUnexplained)
            {
                wrong[cluster.Seed] = $"seed {cluster.Seed}: {Text(report)}\n";
            }

            foreach (var known in report.Causes.SelectMany(c => c.Known))
            {
                met.AddOrUpdate(known.Name, 1, (_, n) => n + 1);
            }
        });
        Assert.True(wrong.IsEmpty, $"{wrong.Count} clusters with unexplained differences\n{string.Concat(wrong.OrderBy(w => w.Key).Take(5).Select(w => w.Value))}{(wrong.IsEmpty ? null : EquationGenerator.Make(wrong.Keys.Min()))}");
        output.WriteLine($"{Clusters} clusters from seed {FirstSeed}, {packets} packets; clusters by difference: {string.Join(", ", met.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"{m.Key} {m.Value}"))}");
        Assert.True(packets > 100 * Clusters, $"only {packets} packets");
        string[] expected = (from, to) switch
        {
            ("iptables", "nftables") => ["unused-port-of-cluster-ip", "rounded-shares", "weights-ignored", "contested-address", "own-packet-without-endpoints", "blocked-without-endpoints"],
            ("iptables", "ipvs") => ["unused-port-of-service-address", "rounded-shares", "weights-ignored", "local-endpoints-for-all", "node-port-on-loopback", "own-packet-without-endpoints"],
            _ => ["local-endpoints-for-all", "hairpin-elsewhere", "node-port-on-loopback"],
        };
        Assert.All(expected, name => Assert.True(met.ContainsKey(name), $"{name} was not met"));
    }

    [Fact]
    public void Every_known_difference_has_a_name_of_its_own_and_a_document()
    {
        KnownDifference[] all = [.. KnownDifferences.ByPacket, KnownDifferences.RoundedShares, KnownDifferences.WeightsIgnored, KnownDifferences.NodePortAddresses, KnownDifferences.Scheduler];
        Assert.Equal(all.Length, all.Select(d => d.Name).Distinct().Count());
        Assert.All(all, d => Assert.EndsWith(".md", d.Document, StringComparison.Ordinal));
    }

    internal static string Text(MigrationReport report) => string.Join('\n', report.Causes.Select(c => $"{c.Name}: " + string.Join("; ", c.Services.Select(s =>
        $"{s.Service} {s.Example.Probe.Target} from {s.Example.Probe.Origin} {s.Example.Probe.Packet.Source}: {Words(s.Example.Before)} [{s.Example.RuleBefore}] | {Words(s.Example.After)} [{s.Example.RuleAfter}]"))));

    private static MigrationReport Compare(string from, string to, EquationCluster cluster) =>
        new MigrationComparer(MigrationSides.Planned(from, cluster), MigrationSides.Planned(to, cluster), cluster.Family).Compare(TestContext.Current.CancellationToken);

    private static string Words(Behaviour behaviour) => string.Join(", ", behaviour.Ways.Select(w => $"{w.Text} {w.Share}")) + (behaviour.RemembersClients ? " remembered" : "");
}
