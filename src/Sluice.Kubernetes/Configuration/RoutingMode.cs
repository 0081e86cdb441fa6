namespace Sluice.Kubernetes.Configuration;

/// <summary>What kind of rules is asked for.</summary>
public enum RoutingMode
{
    /// <summary>iptables rules.</summary>
    Iptables,

    /// <summary>An nftables table.</summary>
    Nftables,

    /// <summary>Virtual servers of IPVS, with ipsets and iptables rules beside them.</summary>
    Ipvs,

    /// <summary>nftables where the kernel can, else iptables.</summary>
    Auto,
}
