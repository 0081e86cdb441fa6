using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Planning;

/// <summary>The planner for iptables.</summary>
internal sealed class IptablesEquation : EquationRules
{
    public override IReadOnlyList<EquationDifference> Differences => EquationDifferences.All;

    public override IReadOnlyList<string> DifferencesInShares { get; } =
        [EquationDifferences.RoundedShares, EquationDifferences.FirstOfSeveralMemories, EquationDifferences.WeightsIgnored];

    public override NodeSnapshot Load(EquationCluster cluster, ServiceIntent intent)
    {
        var rules = new IptablesPlan(intent, cluster.Options).ToRestoreText();
        var read = SnapshotReader.Read([SourceText.Of("rules", rules)]);
        return read.Problems.Count + read.Notes.Count > 0
            ? throw new InvalidOperationException($"the planner's text is not understood: {string.Join("; ", read.Problems)} {string.Join("; ", read.Notes)}")
            : read.Snapshot;
    }

    public override (RouteAnswer Answer, EquationDifference? Difference) AnswerOfRules(EquationCluster cluster, ServiceIntent intent, Packet packet) =>
        EquationDifferences.AnswerOfRules(intent, packet);

    public override EquationJudge Judge(EquationCluster cluster, NodeSnapshot loaded, Packet packet, Trace trace) => new IptablesJudge(packet, trace, cluster.Node);

    public override bool Concerns(string differenceInShares, RouteAnswer.Forwarded answer) => differenceInShares switch
    {
        EquationDifferences.RoundedShares => answer.Choices.Count > 2,
        EquationDifferences.FirstOfSeveralMemories => answer.AffinitySeconds is not null && answer.Choices.Count > 1,
        _ => answer.Choices.DistinctBy(c => c.Weight).Count() > 1,
    };
}
