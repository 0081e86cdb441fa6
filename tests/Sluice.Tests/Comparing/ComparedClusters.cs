using Sluice.Dataplane.Modes;
using Sluice.Dataplane.Planning;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Tests.Planning;

namespace Sluice.Tests.Comparing;

/// <summary>Clusters and modes to compare.</summary>
internal static class ComparedClusters
{
    /// <summary>Three Services: one of a cluster address only, one with a node port, a load balancer and a Local policy, one with affinity.</summary>
    public static ServiceIntent Three { get; } = Intent(
        PlanCluster.Port("shop/a", "172.30.0.1", "10.1.0.1", "10.1.0.2"),
        PlanCluster.With(
            PlanCluster.Port("shop/b", "172.30.0.2") with { NodePort = 30080, LoadBalancerIPs = [NetAddress.Parse("198.51.100.1")], ExternalPolicyLocal = true },
            [.. ((string[])["10.1.0.3", "*10.1.0.4", "10.1.0.5"]).Select(e => PlanCluster.EndpointOf(e, IPFamily.IPv4))]),
        PlanCluster.Port("shop/c", "172.30.0.3", "*10.1.0.6") with { AffinitySeconds = 600 });

    /// <summary>The planner of a mode, by its name.</summary>
    public static PlannedMode Mode(string name, IPFamily family = IPFamily.IPv4) => name switch
    {
        "iptables" => new IptablesMode(new IptablesPlanOptions(family)),
        "ipvs" => new IpvsMode(new IpvsPlanOptions(family)),
        _ => new NftablesMode(new NftablesPlanOptions(family)),
    };

    public static ServiceIntent Intent(params PortIntent[] ports) =>
        ServiceIntent.Empty(PlanCluster.ThisNode, IPFamily.IPv4).With(ports.Select(p => KeyValuePair.Create(p.Name.Service, (EquatableArray<PortIntent>)[p])));
}
