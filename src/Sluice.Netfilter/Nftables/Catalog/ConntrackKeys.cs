using System.Collections.Frozen;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>The keys of <c>ct</c> and what they yield (nft's src/ct.c).</summary>
public static class ConntrackKeys
{
    private static readonly FrozenDictionary<string, NftType> s_types = MetaKeys.Keys("""
        state ct_state direction ct_dir status ct_status mark mark expiration time helper string l3proto nf_proto
        protocol inet_proto proto-src inet_service proto-dst inet_service label ct_label bytes integer64 packets integer64
        avgpkt integer64 zone integer16 event ct_event id integer secmark integer
        """);

    /// <summary>The key as an expression; null when nft has none of that name.</summary>
    /// <param name="key">The key, without the direction and without the family.</param>
    /// <param name="direction">The direction; null where none is given.</param>
    /// <param name="isV6">For <c>saddr</c> and <c>daddr</c>: whether the address is of IPv6.</param>
    public static NftExpression.Conntrack? Find(string key, NftDirection? direction, bool isV6) => key switch
    {
        "saddr" or "daddr" => new NftExpression.Conntrack(key, direction, isV6 ? NftType.IPv6Address : NftType.IPv4Address),
        _ => s_types.TryGetValue(key, out var type) ? new NftExpression.Conntrack(key, direction, type) : null,
    };
}
