using Sluice.Net;

namespace Sluice.Netfilter.Rules;

/// <summary>Which packets a table's base chains see (nftables' address families).</summary>
public enum TableFamily
{
    /// <summary>IPv4 (<c>ip</c>): every table of iptables.</summary>
    IPv4,

    /// <summary>IPv6 (<c>ip6</c>): every table of ip6tables.</summary>
    IPv6,

    /// <summary>IPv4 and IPv6 (<c>inet</c>).</summary>
    Inet,

    /// <summary>ARP (<c>arp</c>): never a Service's packet.</summary>
    Arp,

    /// <summary>What a bridge forwards (<c>bridge</c>), below IP.</summary>
    Bridge,

    /// <summary>What a device receives or sends (<c>netdev</c>), before and after IP.</summary>
    Netdev,
}

/// <summary>What table families mean for IP.</summary>
public static class TableFamilies
{
    /// <summary>Whether packets of an IP family pass tables of this family at the IP hooks.</summary>
    public static bool Covers(this TableFamily family, IPFamily packets) => family switch
    {
        TableFamily.IPv4 => packets == IPFamily.IPv4,
        TableFamily.IPv6 => packets == IPFamily.IPv6,
        TableFamily.Inet => true,
        _ => false,
    };

    /// <summary>The table family of one IP family.</summary>
    public static TableFamily Of(IPFamily family) => family == IPFamily.IPv4 ? TableFamily.IPv4 : TableFamily.IPv6;
}
