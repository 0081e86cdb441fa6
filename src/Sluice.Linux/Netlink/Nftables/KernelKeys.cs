namespace Sluice.Linux.Netlink.Nftables;

/// <summary>What the kernel numbers and nft names: the keys of <c>meta</c> and <c>ct</c>, and the protocols whose headers nft knows.</summary>
internal static class KernelKeys
{
    // enum nft_meta_keys, in order; "-" has no name in nft.
    private static readonly string[] s_meta =
    [
        "length", "protocol", "priority", "mark", "iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "skuid", "skgid",
        "nftrace", "rtclassid", "secmark", "nfproto", "l4proto", "ibrname", "obrname", "pkttype", "cpu", "iifgroup", "oifgroup",
        "cgroup", "random", "ipsec", "iifkind", "oifkind", "ibrpvid", "ibrvproto", "time", "day", "hour", "sdif", "sdifname", "broute",
    ];

    // enum nft_ct_keys, in order. The addresses have a number for any family, and one for each.
    private static readonly string[] s_conntrack =
    [
        "state", "direction", "status", "mark", "secmark", "expiration", "helper", "l3proto", "saddr", "daddr", "protocol", "proto-src",
        "proto-dst", "label", "packets", "bytes", "avgpkt", "zone", "event", "saddr", "daddr", "saddr", "daddr", "id",
    ];

    private static readonly (string Name, byte Number)[] s_transports =
    [
        ("icmp", 1), ("igmp", 2), ("tcp", 6), ("udp", 17), ("dccp", 33), ("esp", 50), ("ah", 51), ("icmpv6", 58), ("comp", 108),
        ("sctp", 132), ("udplite", 136),
    ];

    /// <summary>The number of a key of <c>meta</c> (NFT_META_*); null for one the kernel has not.</summary>
    internal static uint? Meta(string name) => Array.IndexOf(s_meta, name) is >= 0 and var number ? (uint)number : null;

    /// <summary>The key of <c>meta</c> of a number; null for one nft has no name for.</summary>
    internal static string? Meta(uint number) => number < s_meta.Length ? s_meta[number] : null;

    /// <summary>The number of a key of <c>ct</c> (NFT_CT_*); null for one the kernel has not.</summary>
    /// <param name="name">The key.</param>
    /// <param name="addressBits">For addresses: how wide they are.</param>
    internal static uint? Conntrack(string name, int addressBits) => (name, addressBits) switch
    {
        ("saddr", 32) => 19,
        ("daddr", 32) => 20,
        ("saddr", 128) => 21,
        ("daddr", 128) => 22,
        _ => Array.IndexOf(s_conntrack, name) is >= 0 and var number ? (uint)number : null,
    };

    /// <summary>The key of <c>ct</c> of a number; null for one nft has no name for.</summary>
    internal static string? Conntrack(uint number) => number < s_conntrack.Length ? s_conntrack[number] : null;

    /// <summary>For a number that is only for one family's addresses: whether it is IPv6; null for all others.</summary>
    internal static bool? IsIPv6Conntrack(uint number) => number is 19 or 20 ? false : number is 21 or 22 ? true : null;

    /// <summary>The number of a protocol above IP whose header nft knows; null for other headers.</summary>
    internal static byte? Transport(string protocol)
    {
        foreach (var (name, number) in s_transports)
        {
            if (name == protocol)
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>The protocol above IP of a number, when nft knows its header.</summary>
    internal static string? Transport(byte number)
    {
        foreach (var (name, known) in s_transports)
        {
            if (known == number)
            {
                return name;
            }
        }

        return null;
    }
}
