using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>
/// The planner for nftables, and where its rules do more than is meant. Each difference is exact: the equation demands of the rules
/// what the difference says, not merely something else.
/// </summary>
internal sealed class NftablesEquation : EquationRules
{
    private static readonly EquationDifference s_unusedPort = new(
        "unused-port-of-cluster-ip",
        "another port or protocol of a cluster address is no Service's",
        "it is refused at once",
        "nobody else can answer there, and who asks learns it at once instead of after a timeout",
        (intent, packet, meant) => meant is RouteAnswer.NotAService && intent.Ports.FirstOrDefault(p => p.ClusterIP == packet.Destination) is { } port
            ? new RouteAnswer.Refused(port.Name)
            : null);

    private static readonly EquationDifference s_unallocated = new(
        "unallocated-cluster-ip",
        "a cluster address that no Service has is no Service's",
        "what goes to one is dropped, where the ranges of cluster addresses are known",
        "a default route would lead it out of the cluster, and back from there in a circle",
        (intent, packet, meant) => meant is RouteAnswer.NotAService && intent.Node.ServiceCidrs.Any(c => c.Contains(packet.Destination))
            ? new RouteAnswer.Dropped(default, default)
            : null);

    public override IReadOnlyList<EquationDifference> Differences { get; } = [s_unusedPort, s_unallocated];

    public override IReadOnlyList<string> DifferencesInShares => [];

    public override NodeSnapshot Load(EquationCluster cluster, ServiceIntent intent)
    {
        var table = NftablesPlan.Of(intent, OptionsOf(cluster));
        return cluster.Seed % 10 == 0 ? ReadBack(table) : new(new Ruleset([table]));
    }

    public override (RouteAnswer Answer, EquationDifference? Difference) AnswerOfRules(EquationCluster cluster, ServiceIntent intent, Packet packet)
    {
        var meant = intent.Route(packet);
        foreach (var difference in intent.Node.ServiceCidrs.Count > 0 ? Differences : [s_unusedPort])
        {
            if (difference.AnswerOfRules(intent, packet, meant) is { } answer)
            {
                return (answer, difference);
            }
        }

        return (meant, null);
    }

    public override EquationJudge Judge(EquationCluster cluster, NodeSnapshot loaded, Packet packet, Trace trace) => new NftablesJudge(cluster, loaded.Ruleset, packet, trace);

    public override bool Concerns(string differenceInShares, RouteAnswer.Forwarded answer) => false;

    // The table from its text, which must be the same value.
    private static NodeSnapshot ReadBack(Table table)
    {
        var text = NftWriter.Write(table);
        var read = SnapshotReader.Read([SourceText.Of("plan", text)]);
        var there = read.Snapshot.Ruleset.FindNative(table.Family, table.Name) ?? throw new InvalidOperationException($"no table is read back\n{text}");
        string[] others =
        [
            .. read.Problems.Select(p => p.ToString()), .. read.Notes.Select(n => n.ToString()!),
            .. table.Sets.Where(s => !s.Equals(there.FindSet(s.Name))).Select(s => $"set {s}\nis {there.FindSet(s.Name)}"),
            .. table.Chains.Where(c => !c.Equals(there.FindChain(c.Name))).Select(c => $"chain {c.Name} {string.Join("; ", c.Rules.Select(r => string.Join(", ", r.Parts)))}\nis {string.Join("; ", there.FindChain(c.Name)?.Rules.Select(r => string.Join(", ", r.Parts)) ?? [])}"),
        ];
        return others.Length == 0 && there == table
            ? read.Snapshot
            : throw new InvalidOperationException($"the table does not read back as it was planned:\n{string.Join('\n', others)}");
    }

    private static NftablesPlanOptions OptionsOf(EquationCluster cluster) => new(cluster.Family)
    {
        MasqueradeMark = cluster.Options.MasqueradeMark,
        DropInvalid = cluster.Options.DropInvalid,
        AcceptHealthChecks = true,
        Counters = cluster.Options.CountsPackets,
    };
}
