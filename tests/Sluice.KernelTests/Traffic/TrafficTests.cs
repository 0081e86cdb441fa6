using System.Collections.Concurrent;
using Sluice.Kubernetes.Intent;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// Real connections on a node with the real proxy end where <see cref="ServiceIntent.Route"/> says, and servers see the client it says. The
/// table of flows is every client to every address of every Service, over TCP, UDP and SCTP, IPv4 and IPv6.
/// </summary>
public sealed class TrafficTests(ITestOutputHelper output)
{
    private const int Parallel = 48;

    // Enough to meet more than one of three endpoints, and to see a second connection treated like the first.
    private const int ConnectionsPerFlow = 3;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_shortPatience = TimeSpan.FromMilliseconds(600);

    [Theory]
    [InlineData(ProxyRules.IptablesNft, "pods told by their addresses")]
    [InlineData(ProxyRules.IptablesNft, "pods told by the bridge")]
    [InlineData(ProxyRules.IptablesNft, "pods not told")]
    [InlineData(ProxyRules.IptablesNft, "masquerade all")]
    [InlineData(ProxyRules.IptablesNft, "node ports on the node's own address")]
    [InlineData(ProxyRules.IptablesNft, "no node ports on loopback")]
    [InlineData(ProxyRules.IptablesLegacy, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "pods told by the bridge")]
    [InlineData(ProxyRules.Nftables, "pods not told")]
    [InlineData(ProxyRules.Nftables, "masquerade all")]
    [InlineData(ProxyRules.Nftables, "node ports on every address")]
    [InlineData(ProxyRules.Nftables, "node ports on loopback too")]
    public Task Every_flow_ends_where_the_specification_says(ProxyRules rules, string configuration) => RunAsync(rules, configuration, fromServer: false);

    [Theory]
    [InlineData(ProxyRules.IptablesNft, "pods told by their addresses")]
    [InlineData(ProxyRules.IptablesLegacy, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "node ports on loopback too")]
    public Task Every_flow_ends_there_too_when_an_API_server_says_what_there_is(ProxyRules rules, string configuration) =>
        RunAsync(rules, configuration, fromServer: true);

    private async Task RunAsync(ProxyRules rules, string configuration, bool fromServer)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(rules, TrafficConfiguration.Named(configuration), fromServer);
        var cluster = lab.Cluster;
        var judge = new TrafficJudge(cluster);
        var differences = new ConcurrentBag<string>();
        var tally = new ConcurrentDictionary<string, int>();
        var flows = TrafficFlow.All(cluster).ToList();
        await System.Threading.Tasks.Parallel.ForEachAsync(flows, new ParallelOptions { MaxDegreeOfParallelism = Parallel }, async (flow, _) =>
        {
            var meant = lab.Intent(flow.Flow.Destination.Family).Route(flow.Packet(cluster));
            var quirk = rules == ProxyRules.Nftables ? null : IptablesQuirks.Of(flow, meant, cluster);
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
