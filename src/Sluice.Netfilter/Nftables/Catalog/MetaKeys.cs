using System.Collections.Frozen;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>The keys of <c>meta</c> and what they yield (nft's src/meta.c).</summary>
public static class MetaKeys
{
    private static readonly FrozenDictionary<string, NftType> s_types = Keys("""
        length integer protocol ether_type nfproto nf_proto l4proto inet_proto priority classid mark mark iif iface_index
        iifname ifname iiftype iface_type oif iface_index oifname ifname oiftype iface_type skuid uid skgid gid nftrace bit
        rtclassid realm secmark integer pkttype pkt_type cpu integer iifgroup devgroup oifgroup devgroup cgroup integer
        random integer ipsec boolean iifkind ifname oifkind ifname ibrname ifname obrname ifname ibriport ifname obriport ifname
        ibrpvid integer16 ibrvproto ether_type sdif iface_index sdifname ifname broute bit time date hour hour day day
        """);

    // What may stand without "meta" before it.
    private static readonly FrozenSet<string> s_alone = FrozenSet.Create(
        StringComparer.Ordinal,
        "mark", "iif", "iifname", "iiftype", "oif", "oifname", "oiftype", "skuid", "skgid", "nftrace", "rtclassid", "pkttype", "cpu",
        "iifgroup", "oifgroup", "cgroup", "ibrname", "obrname", "ibriport", "obriport");

    /// <summary>The key as an expression; null when nft has none of that name.</summary>
    public static NftExpression.Meta? Find(string key) => s_types.TryGetValue(key, out var type) ? new NftExpression.Meta(key, type) : null;

    /// <summary>Whether the key needs no <c>meta</c> before it.</summary>
    internal static bool StandsAlone(string word) => s_alone.Contains(word);

    /// <summary>A table of keys, each followed by its type; numbers are of the machine's byte order.</summary>
    internal static FrozenDictionary<string, NftType> Keys(string table) => table
        .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Chunk(2)
        .ToFrozenDictionary(w => w[0], w => TypeOf(w[1]), StringComparer.Ordinal);

    private static NftType TypeOf(string word) => word switch
    {
        "bit" => NftTypes.Integer(8, isHostEndian: true),
        "integer16" => NftTypes.Integer(16, isHostEndian: true),
        "integer64" => NftTypes.Integer(64, isHostEndian: true),
        "date" => NftTypes.Date,
        _ => NftTypes.Find(word)!,
    };
}
