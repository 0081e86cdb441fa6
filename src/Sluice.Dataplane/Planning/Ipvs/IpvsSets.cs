using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>How the ipsets of IPVS mode are called and what they are like: kube-proxy's, and two more.</summary>
public static class IpvsSets
{
    // IPSET_MAXNAMELEN of linux/netfilter/ipset/ip_set.h, less the terminating zero.
    private const int LongestName = 31;

    // Only a cap: what a set takes depends on what is in it.
    private const uint MaxEntries = 4_194_304;

    private const int LastPort = 65_535;

    private static readonly Row[] s_rows =
    [
        new(IpvsSet.LoopBack, "KUBE-LOOP-BACK", IpSetType.HashIPPortIP, "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose", IsShared: true),
        new(IpvsSet.ClusterIP, "KUBE-CLUSTER-IP", IpSetType.HashIPPort, "Kubernetes service cluster ip + port for masquerade purpose"),
        new(IpvsSet.ExternalIP, "KUBE-EXTERNAL-IP", IpSetType.HashIPPort, "Kubernetes service external ip + port for masquerade and filter purpose"),
        new(IpvsSet.ExternalIPLocal, "KUBE-EXTERNAL-IP-LOCAL", IpSetType.HashIPPort, "Kubernetes service external ip + port with externalTrafficPolicy=local"),
        new(IpvsSet.LoadBalancer, "KUBE-LOAD-BALANCER", IpSetType.HashIPPort, "Kubernetes service lb portal"),
        new(IpvsSet.LoadBalancerLocal, "KUBE-LOAD-BALANCER-LOCAL", IpSetType.HashIPPort, "Kubernetes service load balancer ip + port with externalTrafficPolicy=local"),
        new(IpvsSet.LoadBalancerFirewall, "KUBE-LOAD-BALANCER-FW", IpSetType.HashIPPort, "Kubernetes service load balancer ip + port for load balancer with sourceRange"),
        new(IpvsSet.LoadBalancerSourceCidr, "KUBE-LOAD-BALANCER-SOURCE-CIDR", IpSetType.HashIPPortNet, "Kubernetes service load balancer ip + port + source cidr for packet filter purpose"),
        new(IpvsSet.LoadBalancerSourceIP, "KUBE-LOAD-BALANCER-SOURCE-IP", IpSetType.HashIPPortIP, "Kubernetes service load balancer ip + port + source IP for packet filter purpose"),
        new(IpvsSet.NodePortTcp, "KUBE-NODE-PORT-TCP", IpSetType.BitmapPort, "Kubernetes nodeport TCP port for masquerade purpose"),
        new(IpvsSet.NodePortUdp, "KUBE-NODE-PORT-UDP", IpSetType.BitmapPort, "Kubernetes nodeport UDP port for masquerade purpose"),
        new(IpvsSet.NodePortSctp, "KUBE-NODE-PORT-SCTP-HASH", IpSetType.HashIPPort, "Kubernetes nodeport SCTP port for masquerade purpose with type 'hash ip:port'"),
        new(IpvsSet.NodePortLocalTcp, "KUBE-NODE-PORT-LOCAL-TCP", IpSetType.BitmapPort, "Kubernetes nodeport TCP port with externalTrafficPolicy=local"),
        new(IpvsSet.NodePortLocalUdp, "KUBE-NODE-PORT-LOCAL-UDP", IpSetType.BitmapPort, "Kubernetes nodeport UDP port with externalTrafficPolicy=local"),
        new(IpvsSet.NodePortLocalSctp, "KUBE-NODE-PORT-LOCAL-SCTP-HASH", IpSetType.HashIPPort, "Kubernetes nodeport SCTP port with externalTrafficPolicy=local with type 'hash ip:port'"),
        new(IpvsSet.HealthCheckNodePort, "KUBE-HEALTH-CHECK-NODE-PORT", IpSetType.BitmapPort, "Kubernetes health check node port", IsShared: true),
        new(IpvsSet.VirtualIPs, "KUBE-IPVS-IPS", IpSetType.HashIP, "Kubernetes virtual IPs", IsShared: true),
        new(IpvsSet.NoLocal, "SLUICE-NO-LOCAL", IpSetType.HashIPPort, "no local endpoints"),
        new(IpvsSet.NoLocalExternal, "SLUICE-NO-LOCAL-EXTERNAL", IpSetType.HashIPPort, "no local endpoints for clients outside"),
    ];

    /// <summary>A set's name in a family: <c>KUBE-CLUSTER-IP</c>, <c>KUBE-6-CLUSTER-IP</c>; cut where it would be too long, as kube-proxy cuts it.</summary>
    public static string NameOf(IpvsSet set, IPFamily family)
    {
        var name = s_rows[(int)set].Name;
        if (family == IPFamily.IPv6)
        {
            name = name.Insert(name.IndexOf('-', StringComparison.Ordinal), "-6");
        }

        return name.Length > LongestName ? name[..LongestName] : name;
    }

    /// <summary>A set without entries.</summary>
    public static IpSet Make(IpvsSet set, IPFamily family)
    {
        var row = s_rows[(int)set];
        var made = new IpSet(NameOf(set, family), row.Type) { HasComments = !row.IsShared };
        return row.Type == IpSetType.BitmapPort
            ? made with { Range = (new IpSetValue.Port(null, 0), new IpSetValue.Port(null, LastPort)) }
            : made with { Family = family, MaxEntries = MaxEntries };
    }

    /// <summary>What rules that ask a set have as their comment.</summary>
    internal static string CommentOf(IpvsSet set) => s_rows[(int)set].Comment;

    // Of an element that several Services may need no comment says whose it is.
    private sealed record Row(IpvsSet Set, string Name, IpSetType Type, string Comment, bool IsShared = false);
}
