using System.Globalization;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>
/// No packet meets half a Service: after each transaction of a change, or of a restart that finds other Services than it left, every packet
/// gets the answer it had before or the one it has afterwards.
/// </summary>
public sealed class NftablesMomentTests(ITestOutputHelper output)
{
    private const int Clusters = 120;
    private const int PacketsPerCluster = 60;
    private int _packets;
    private int _moments;

    [Fact]
    public void No_packet_meets_half_a_change()
    {
        for (var seed = 1; seed <= Clusters; seed++)
        {
            var (before, after, changed) = EquationChange.Make(seed);
            var layout = LayoutOf(before);
            var (kernel, table) = NftablesModelKernel.Load(layout, before.ToIntent());
            var change = new NftablesChange(layout);
            Watch(seed, before, after, kernel, () =>
            {
                table.Apply(after.ToIntent(), changed, change);
                kernel.Apply(change);
            });
        }

        Report();
    }

    [Fact]
    public void No_packet_meets_half_a_restart()
    {
        for (var seed = 1; seed <= Clusters; seed++)
        {
            var (before, after, _) = EquationChange.Make(seed);
            var (kernel, _) = NftablesModelKernel.Load(LayoutOf(before), before.ToIntent());
            Watch(seed, before, after, kernel, () => kernel.Adopt(after.ToIntent(), elements: 1 + (seed % 40)));
        }

        Report();
    }

    private static NftablesLayout LayoutOf(EquationCluster cluster) =>
        new(new NftablesPlanOptions(cluster.Family), cluster.Node);

    private void Watch(int seed, EquationCluster before, EquationCluster after, NftablesModelKernel kernel, Action change)
    {
        Packet[] packets = [.. EquationPackets.Of(before, before.ToIntent(), PacketsPerCluster), .. EquationPackets.Of(after, after.ToIntent(), PacketsPerCluster)];
        var moments = new List<Table> { kernel.Table };
        kernel.Committed = moments.Add;
        change();
        var answers = moments.ConvertAll(m => AnswersOf(m, before, packets));
        for (var i = 1; i < moments.Count - 1; i++)
        {
            for (var p = 0; p < packets.Length; p++)
            {
                Assert.True(
                    answers[i][p] == answers[0][p] || answers[i][p] == answers[^1][p],
                    string.Create(CultureInfo.InvariantCulture, $"seed {seed}, after transaction {i} of {moments.Count - 1}: {EquationText.Of(packets[p])}\n{answers[i][p]}\nbefore:\n{answers[0][p]}\nafterwards:\n{answers[^1][p]}\n{before}\nbecomes\n{after}"));
            }
        }

        _packets += packets.Length;
        _moments += moments.Count - 1;
    }

    // A client who is remembered goes where it went, whatever changes: what could be remembered does not matter.
    private static string[] AnswersOf(Table table, EquationCluster cluster, Packet[] packets)
    {
        var tracer = new Tracer(EquationNode.With(new NodeSnapshot(new Ruleset([table])), cluster));
        return [.. packets.Select(p => string.Join('\n', tracer.Trace(p).Outcomes.Where(o => o.DestinationMap is null).Select(Text).Order(StringComparer.Ordinal)))];
    }

    private static string Text(Outcome o) =>
        $"{o.Disposition} {o.Destination?.WithPort(o.DestinationPort)} {o.Probability} from {o.Source} {o.Masquerade} {o.RejectWith} {o.DestinationMap} {string.Join("; ", o.Conditions)}";

    private void Report() => output.WriteLine($"{Clusters} clusters, {_packets} packets, {_moments} transactions");
}
