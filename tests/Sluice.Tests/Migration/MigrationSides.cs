using Sluice.Dataplane.Migration;
using Sluice.Dataplane.Modes;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Netfilter;
using Sluice.Tests.Planning;

namespace Sluice.Tests.Migration;

/// <summary>Sides of a comparison, planned for the equation's clusters.</summary>
internal static class MigrationSides
{
    public static IReadOnlyList<string> Modes { get; } = ["iptables", "ipvs", "nftables"];

    public static MigrationSide Planned(string mode, EquationCluster cluster)
    {
        var intent = cluster.ToIntent();
        return new MigrationSide(mode, Plan(mode, cluster, intent)) { Mode = mode, Intent = intent };
    }

    /// <summary>A dump of a mode whose plan is known.</summary>
    public static MigrationSide Dumped(string mode, EquationCluster cluster, NodeSnapshot snapshot)
    {
        var intent = cluster.ToIntent();
        return new MigrationSide("dump", snapshot) { Mode = mode, Intent = intent, Reference = Plan(mode, cluster, intent) };
    }

    private static NodeSnapshot Plan(string mode, EquationCluster cluster, ServiceIntent intent) => ModeOf(mode, cluster).Plan(intent);

    private static PlannedMode ModeOf(string mode, EquationCluster cluster) => mode switch
    {
        "iptables" => new IptablesMode(cluster.Options),
        "ipvs" => new IpvsMode(new IpvsPlanOptions(cluster.Family) { MasqueradeMark = cluster.Options.MasqueradeMark, RandomFully = cluster.Options.RandomFully }),
        _ => new NftablesMode(new NftablesPlanOptions(cluster.Family)
        {
            MasqueradeMark = cluster.Options.MasqueradeMark,
            DropInvalid = cluster.Options.DropInvalid,
            AcceptHealthChecks = true,
        }),
    };
}
