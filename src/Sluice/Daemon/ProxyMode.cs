namespace Sluice.Daemon;

/// <summary>What kind of rules the proxy writes (<c>--proxy-mode</c>).</summary>
internal enum ProxyMode
{
    /// <summary>kube-proxy's iptables rules.</summary>
    Iptables,

    /// <summary>A table of nftables.</summary>
    Nftables,

    /// <summary>Virtual servers of IPVS, with ipsets and iptables rules beside them.</summary>
    Ipvs,
}
