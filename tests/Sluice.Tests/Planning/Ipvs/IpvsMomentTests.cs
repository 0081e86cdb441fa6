using System.Globalization;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>
/// No packet meets half a Service: after each step of a change, or of a restart that finds other Services than it left, every packet goes to endpoints that
/// it could reach before or can reach afterwards, and is refused or dropped only where it was or will be, or where it was or will be no Service's: a virtual
/// server comes and goes without real servers. These come and go one by one, so shares
/// are between both; and to masquerade for a moment what need not be does no harm.
/// </summary>
public sealed class IpvsMomentTests(ITestOutputHelper output)
{
    private const int Clusters = 60;
    private const int PacketsPerCluster = 20;
    private const int MostMoments = 40;
    private const string Refused = "refused";
    private int _packets;
    private int _moments;

    [Fact]
    public void No_packet_meets_half_a_change()
    {
        for (var seed = 1; seed <= Clusters; seed++)
        {
            var (before, after, changed) = EquationChange.Make(seed);
            var book = IpvsBook.Of(LayoutOf(before), before.ToIntent());
            Watch(seed, before, after, IpvsPlan.Of(book), book.Apply(after.ToIntent(), changed));
        }

        Report();
    }

    [Fact]
    public void No_packet_meets_half_a_restart()
    {
        for (var seed = 1; seed <= Clusters; seed++)
        {
            var (before, after, _) = EquationChange.Make(seed);
            var there = IpvsPlan.Of(before.ToIntent(), LayoutOf(before).Options);
            var book = IpvsBook.Of(LayoutOf(before), after.ToIntent());
            var comparison = new IpvsComparison(book, there.Ipsets, there.Servers, there.Addresses);
            Assert.Empty(comparison.Sets);
            Watch(seed, before, after, there, [.. comparison.Steps()]);
        }

        Report();
    }

    private static IpvsLayout LayoutOf(EquationCluster cluster) => new(new IpvsPlanOptions(cluster.Family), cluster.Node);

    private void Watch(int seed, EquationCluster before, EquationCluster after, IpvsPlan plan, IReadOnlyList<IpvsStep> steps)
    {
        // What comes with a Service's address as its source is the node's as long as the address is: that changes with others' steps.
        var virtualIPs = IpvsDifferences.VirtualIPs(before.ToIntent()).Concat(IpvsDifferences.VirtualIPs(after.ToIntent())).ToHashSet();
        Packet[] packets =
        [
            .. EquationPackets.Of(before, before.ToIntent(), PacketsPerCluster).Concat(EquationPackets.Of(after, after.ToIntent(), PacketsPerCluster))
                .Where(p => !virtualIPs.Contains(p.Source)),
        ];
        var rules = SnapshotReader.Read([SourceText.Of("rules", plan.ToRestoreText())]).Snapshot.Ruleset;
        var kernel = IpvsModelKernel.Of(plan);
        var first = AnswersOf(kernel, rules, before, packets);
        var random = new Random(seed);
        var moments = new List<(int Step, HashSet<string>[] Answers)>();
        for (var i = 0; i < steps.Count; i++)
        {
            kernel.Apply(steps[i]);
            if (i < steps.Count - 1 && random.Next(steps.Count) < MostMoments)
            {
                moments.Add((i, AnswersOf(kernel, rules, before, packets)));
            }
        }

        var last = AnswersOf(kernel, rules, before, packets);
        foreach (var (step, answers) in moments)
        {
            for (var p = 0; p < packets.Length; p++)
            {
                var either = first[p].Union(last[p]).ToList();
                var isNew = first[p].Contains(Untouched(packets[p])) || last[p].Contains(Untouched(packets[p]));
                Assert.True(
                    answers[p].IsSubsetOf(either.Concat(either.Select(Masqueraded))) || (isNew && answers[p].SetEquals([Refused])),
                    string.Create(CultureInfo.InvariantCulture, $"seed {seed}, after step {step} of {steps.Count}, {steps[step]}: {EquationText.Of(packets[p])}\n{string.Join('\n', answers[p])}\nbefore:\n{string.Join('\n', first[p])}\nafterwards:\n{string.Join('\n', last[p])}\n{before}\nbecomes\n{after}"));
            }
        }

        _packets += packets.Length * moments.Count;
        _moments += moments.Count;
    }

    private static HashSet<string>[] AnswersOf(IpvsModelKernel kernel, Ruleset rules, EquationCluster cluster, Packet[] packets)
    {
        var addresses = kernel.Addresses.Select(a => new InterfaceAddress(a, a.Width, IsSecondary: false, AddressScope.Global)).ToEquatableArray();
        var tracer = new Tracer(EquationNode.With(
            new NodeSnapshot(rules)
            {
                Ipsets = kernel.Sets,
                Ipvs = kernel.Servers,
                Interfaces = new InterfaceTable([new NetInterface(9, IpvsLayout.Interface, IsUp: false, addresses)]),
            },
            cluster));
        return [.. packets.Select(p => tracer.Trace(p).Outcomes.Select(Text).ToHashSet(StringComparer.Ordinal))];
    }

    private static string Text(Outcome outcome) => outcome.Disposition switch
    {
        Disposition.Rejected => Refused,
        Disposition.Dropped => "dropped",
        _ when outcome.Masquerade => Masqueraded(Way(outcome.Destination, outcome.DestinationPort)),
        _ => Way(outcome.Destination, outcome.DestinationPort),
    };

    private static string Masqueraded(string way) => way + " masqueraded";

    private static string Untouched(Packet packet) => Way(packet.Destination, packet.DestinationPort);

    private static string Way(NetAddress? destination, int? port) => $"to {destination?.WithPort(port)}";

    private void Report()
    {
        output.WriteLine($"{Clusters} clusters, {_moments} moments, {_packets} answers");
        Assert.True(_moments > 1000, $"only {_moments} moments");
    }
}
