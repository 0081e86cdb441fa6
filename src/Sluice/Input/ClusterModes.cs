using Sluice.Commands;
using Sluice.Daemon;
using Sluice.Dataplane.Modes;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Intent;
using Sluice.Measuring;
using Sluice.Net;

namespace Sluice.Input;

/// <summary>A cluster as one of its nodes has it in each mode, by the flags of the node.</summary>
/// <param name="state">The cluster.</param>
/// <param name="configuration">kube-proxy's flags.</param>
/// <param name="own">What nftables mode has besides.</param>
/// <param name="io">Gets remarks.</param>
internal sealed class ClusterModes(ClusterState state, ProxyConfiguration configuration, ProxyFlags own, CommandIO io)
{
    /// <summary>The names of the modes, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = ["iptables", "ipvs", "nftables"];

    /// <summary>The family that has Services: IPv4 unless only IPv6 has.</summary>
    public IPFamily UsualFamily => Of("iptables", IPFamily.IPv4).Cluster.ServiceCount > 0 ? IPFamily.IPv4 : IPFamily.IPv6;

    /// <summary>One mode.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="family">The family.</param>
    /// <exception cref="CommandFailure">The node is not known, or there is no such mode.</exception>
    public ComparedMode Of(string name, IPFamily family)
    {
        var mode = name switch { "iptables" => ProxyMode.Iptables, "ipvs" => ProxyMode.Ipvs, _ => ProxyMode.Nftables };
        var settings = NodeSettingsMaker.Make(configuration, mode, own.NftablesLocalhostNodePorts);
        var intent = ServiceIntent.Of(state.Services, state.SlicesOf, NodeOptions.Profile(state, settings, io), family);
        return name switch
        {
            "iptables" => OfIptables(intent, new IptablesPlanOptions(family) { MasqueradeMark = settings.MasqueradeMark, RandomFully = true }),
            "ipvs" => OfIpvs(intent, new IpvsPlanOptions(family)
            {
                MasqueradeMark = settings.MasqueradeMark,
                RandomFully = true,
                Scheduler = configuration.Ipvs.Scheduler,
                ExcludeCidrs = configuration.Ipvs.ExcludeCidrs,
            }),
            "nftables" => OfNftables(intent, ProxyOptions.TablesOf(own, settings.MasqueradeMark)(family)),
            _ => throw new CommandFailure($"there is no mode '{name.ReplaceLineEndings(" ")}': take {string.Join(" or ", Names)}"),
        };
    }

    /// <summary>All modes for Services that are known without a cluster, as each mode is by default.</summary>
    public static IReadOnlyList<ComparedMode> Of(ServiceIntent cluster) =>
    [
        OfIptables(cluster, new IptablesPlanOptions(cluster.Family) { RandomFully = true }),
        OfIpvs(cluster, new IpvsPlanOptions(cluster.Family) { RandomFully = true }),
        OfNftables(cluster, new NftablesPlanOptions(cluster.Family)),
    ];

    private static ComparedMode OfIptables(ServiceIntent cluster, IptablesPlanOptions options) =>
        new(new IptablesMode(options), cluster, () => MeasuredKernel.OfIptables(options));

    private static ComparedMode OfIpvs(ServiceIntent cluster, IpvsPlanOptions options) =>
        new(new IpvsMode(options), cluster, () => MeasuredKernel.OfIpvs(options));

    private static ComparedMode OfNftables(ServiceIntent cluster, NftablesPlanOptions options) =>
        new(new NftablesMode(options), cluster, () => MeasuredKernel.OfNftables(options));
}
