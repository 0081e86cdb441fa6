using System.Globalization;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>A Service with session affinity, alone in its cluster, that has addresses of every kind.</summary>
internal static class AffineService
{
    /// <summary>What the node must do for it.</summary>
    /// <param name="family">Its family.</param>
    /// <param name="endpoints">How many endpoints it has.</param>
    public static ServiceIntent Intent(IPFamily family, int endpoints)
    {
        var isV4 = family == IPFamily.IPv4;
        var port = PlanCluster.Port("shop/web", isV4 ? "172.30.0.1" : "fd00:172::1") with
        {
            NodePort = 30080,
            ExternalIPs = [NetAddress.Parse(isV4 ? "203.0.113.1" : "2600::1")],
            LoadBalancerIPs = [NetAddress.Parse(isV4 ? "198.51.100.1" : "2601::1")],
            AffinitySeconds = 10_800,
        };
        var all = Enumerable.Range(0, endpoints).Select(i => PlanCluster.EndpointOf(
            string.Create(CultureInfo.InvariantCulture, $"{(isV4 ? "10.0." : "fd00:10::")}{1 + (i / 250)}{(isV4 ? '.' : ':')}{1 + (i % 250)}"), family));
        return ServiceIntent.Empty(PlanCluster.ThisNode, family).With([KeyValuePair.Create(port.Name.Service, (EquatableArray<PortIntent>)[PlanCluster.With(port, [.. all])])]);
    }
}
