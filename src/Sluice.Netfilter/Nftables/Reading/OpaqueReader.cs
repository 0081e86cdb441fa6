using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads expressions whose values no snapshot holds: <c>rt</c>, <c>socket</c>, <c>osf</c>, <c>ipsec</c>.</summary>
internal static class OpaqueReader
{
    /// <summary>Reads what follows the first word; null when it is not understood.</summary>
    public static NftExpression.Opaque? Read(NftTokens tokens, string word) => word switch
    {
        "rt" => Route(tokens),
        "socket" => Socket(tokens),
        "osf" => System(tokens),
        "ipsec" => Ipsec(tokens),
        _ => null,
    };

    private static NftExpression.Opaque? Route(NftTokens tokens)
    {
        var family = tokens.TryTake("ip6"u8) ? "ip6 " : tokens.TryTake("ip"u8) ? "ip " : "";
        var key = tokens.TakeText();
        NftType? type = key switch
        {
            "classid" => NftTypes.Find("realm"),
            "nexthop" => family == "ip6 " ? NftType.IPv6Address : NftType.IPv4Address,
            "mtu" => NftTypes.Integer(16, isHostEndian: true),
            "ipsec" => NftTypes.Boolean,
            _ => null,
        };
        return type is null ? null : new NftExpression.Opaque($"rt {family}{key}", type);
    }

    private static NftExpression.Opaque? Socket(NftTokens tokens) => tokens.TakeText() switch
    {
        "transparent" => new NftExpression.Opaque("socket transparent", NftTypes.Integer(8, isHostEndian: true)),
        "wildcard" => new NftExpression.Opaque("socket wildcard", NftTypes.Integer(8, isHostEndian: true)),
        "mark" => new NftExpression.Opaque("socket mark", NftType.Mark),
        "cgroupv2" when tokens.TryTake("level"u8) && tokens.TakeNumber() is { } level =>
            new NftExpression.Opaque($"socket cgroupv2 level {level}", NftTypes.Path),
        _ => null,
    };

    private static NftExpression.Opaque? System(NftTokens tokens)
    {
        var ttl = tokens.TryTake("ttl"u8) ? $" ttl {tokens.TakeText()}" : "";
        var key = tokens.TakeText();
        return key is "name" or "version" ? new NftExpression.Opaque($"osf{ttl} {key}", NftTypes.Text) : null;
    }

    private static NftExpression.Opaque? Ipsec(NftTokens tokens)
    {
        var way = tokens.TakeText();
        if (way is not ("in" or "out"))
        {
            return null;
        }

        var policy = tokens.TryTake("spnum"u8) ? tokens.TakeNumber() ?? 0 : 0;
        var number = policy == 0 ? "" : $" spnum {policy}";
        var family = tokens.TryTake("ip6"u8) ? " ip6" : tokens.TryTake("ip"u8) ? " ip" : "";
        var key = tokens.TakeText();
        NftType? type = key switch
        {
            "saddr" or "daddr" => family == " ip6" ? NftType.IPv6Address : NftType.IPv4Address,
            "reqid" or "spi" => NftTypes.Integer(32),
            _ => null,
        };
        return type is null ? null : new NftExpression.Opaque($"ipsec {way}{number}{family} {key}", type);
    }
}
