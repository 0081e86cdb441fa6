using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Text;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>The planner for IPVS. Shares are exact with rr and wrr; what other schedulers choose is a condition.</summary>
internal sealed class IpvsEquation : EquationRules
{
    private static readonly string?[] s_schedulers = [null, "", "rr", null, "wrr", "lc", null, "wlc", null, "sh", null, "mh", null];

    public override IReadOnlyList<EquationDifference> Differences => IpvsDifferences.All;

    public override IReadOnlyList<string> DifferencesInShares => [];

    public override NodeSnapshot Load(EquationCluster cluster, ServiceIntent intent)
    {
        // As render prints it, and any verb reads it.
        using var text = new StringWriter();
        IpvsText.Write(IpvsPlan.Of(intent, OptionsOf(cluster)), text);
        var read = SnapshotReader.Read([SourceText.Of("plan", text.ToString())]);
        return read.Problems.Count == 0 && !read.Notes.Any(n => n.MattersToAnswers)
            ? read.Snapshot with { Ipvs = read.Snapshot.Ipvs ?? IpvsTable.Empty }
            : throw new InvalidOperationException($"the planner's text is not understood: {string.Join("; ", read.Problems)} {string.Join("; ", read.Notes)}");
    }

    public override (RouteAnswer Answer, EquationDifference? Difference) AnswerOfRules(EquationCluster cluster, ServiceIntent intent, Packet packet) =>
        IpvsDifferences.AnswerOfRules(intent, packet);

    // Nothing of a node that routes so guards loopback addresses: IPVS does nothing for them.
    public override EquationJudge Judge(EquationCluster cluster, NodeSnapshot loaded, Packet packet, Trace trace) =>
        new IpvsJudge(packet, trace, cluster.Node with
        {
            LocalhostNodePorts = false,
            LocalAddresses = [.. cluster.Node.LocalAddresses, .. loaded.Interfaces!.Interfaces[0].Addresses.Select(a => a.Address)],
        });

    public override bool Concerns(string differenceInShares, RouteAnswer.Forwarded answer) => false;

    private static IpvsPlanOptions OptionsOf(EquationCluster cluster) => new(cluster.Family)
    {
        MasqueradeMark = cluster.Options.MasqueradeMark,
        RandomFully = cluster.Options.RandomFully,
        Scheduler = s_schedulers[cluster.Seed % s_schedulers.Length],
    };
}
