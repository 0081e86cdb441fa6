using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;
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
        var plan = IpvsPlan.Of(intent, OptionsOf(cluster));
        var read = SnapshotReader.Read([SourceText.Of("rules", plan.ToRestoreText())]);
        if (read.Problems.Count + read.Notes.Count > 0)
        {
            throw new InvalidOperationException($"the planner's text is not understood: {string.Join("; ", read.Problems)} {string.Join("; ", read.Notes)}");
        }

        var addresses = plan.Addresses.Select(a => new InterfaceAddress(a, a.Width, IsSecondary: false, AddressScope.Global)).ToEquatableArray();
        return read.Snapshot with
        {
            Ipsets = plan.Ipsets,
            Ipvs = plan.Servers,
            Interfaces = new InterfaceTable([new NetInterface(9, IpvsLayout.Interface, IsUp: false, addresses)]),
        };
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
