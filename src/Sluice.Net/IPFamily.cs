namespace Sluice.Net;

/// <summary>The version of the Internet Protocol that an address, packet or table belongs to.</summary>
public enum IPFamily
{
    /// <summary>IPv4 (nftables family <c>ip</c>).</summary>
    IPv4,

    /// <summary>IPv6 (nftables family <c>ip6</c>).</summary>
    IPv6,
}
