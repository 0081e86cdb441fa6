using System.Collections.Concurrent;
using Sluice.Kubernetes.Intent;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>Has every client of a lab connect to every address of every Service, and compares where it ends with the specification.</summary>
internal static class TrafficRun
{
    private const int Parallel = 48;

    // Enough to meet more than one of three endpoints, and to see a second connection treated like the first.
    private const int ConnectionsPerFlow = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortPatience = TimeSpan.FromMilliseconds(600);

    /// <summary>Runs it, or skips the test where no lab can be.</summary>
    /// <param name="rules">What the proxy writes.</param>
    /// <param name="configuration">The name of how it is configured.</param>
    /// <param name="fromServer">Whether it learns of the cluster from an API server.</param>
    /// <param name="output">Where to tell.</param>
    /// <param name="counts">Which flows count; null for all.</param>
    public static async Task RunAsync(ProxyRules rules, string configuration, bool fromServer, ITestOutputHelper output, Func<TrafficFlow, bool>? counts = null)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(rules, TrafficConfiguration.Named(configuration), fromServer);
        var cluster = lab.Cluster;
        var judge = new TrafficJudge(cluster);
        var differences = new ConcurrentBag<string>();
        var tally = new ConcurrentDictionary<string, int>();
        var flows = TrafficFlow.All(cluster).Where(counts ?? (_ => true)).ToList();
        await System.Threading.Tasks.Parallel.ForEachAsync(flows, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (flow, _) =>
        {
            var meant = lab.Intent(flow.Flow.Destination.Family).Route(flow.Packet(cluster));
            var quirk = rules switch
            {
                ProxyRules.Nftables => null,
                ProxyRules.Ipvs => IpvsQuirks.Of(flow, meant, cluster),
                _ => IptablesQuirks.Of(flow, meant, cluster),
            };
            var answer = quirk is { } q ? q.Answer : meant;
            var results = new List<ConnectionResult>();
            var isDelivered = answer is RouteAnswer.Forwarded;
            for (var i = 0; i < (isDelivered ? ConnectionsPerFlow : 1); i++)
            {
                results.Add(await flow.Client.ConnectAsync(flow.Flow with { Patience = judge.MayTimeOut(flow, answer) ? s_shortPatience : s_patience }));
            }

            tally.AddOrUpdate(quirk is null ? meant.GetType().Name : "other than meant: " + quirk.Value.Why, 1, (_, n) => n + 1);
            if (judge.Difference(flow, answer, results) is { } difference)
            {
                differences.Add(difference);
            }
        });
        output.WriteLine($"{rules}, {configuration}: {flows.Count} flows");
        foreach (var (what, count) in tally.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            output.WriteLine($"  {count,5} {what}");
        }

        Assert.True(differences.IsEmpty, $"{differences.Count} of {flows.Count} flows differ:\n" + string.Join('\n', differences.Order(StringComparer.Ordinal).Take(60)) + '\n' + lab.Log);
        Assert.Equal("", lab.ForeignDifference());

        // A table that lost a kind of answer would prove less than it says.
        Assert.All(["Forwarded", "Refused", "Dropped"], kind => Assert.True(tally.ContainsKey(kind), $"no flow is {kind}"));
    }
}
