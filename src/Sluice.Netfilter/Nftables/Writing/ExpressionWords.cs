using System.Diagnostics;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Expressions in nft's words.</summary>
internal static class ExpressionWords
{
    private static readonly string[] s_bareKeys = ["iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup"];

    public static string Write(NftExpression expression) => expression switch
    {
        NftExpression.Constant e => NftTypes.IsBitmask(e.Type) ? ValueWords.Flags(e.Type, e.Value, ",") : ValueWords.One(e.Type, e.Value),
        NftExpression.Payload e => e.Field.ToString(),
        NftExpression.Meta e => s_bareKeys.Contains(e.Key, StringComparer.Ordinal) ? e.Key : $"meta {e.Key}",
        NftExpression.Conntrack e => Conntrack(e),
        NftExpression.Fib e => $"fib {string.Join(" . ", e.Lookup)} {(e.Result == "check" ? "oif" : e.Result)}",
        NftExpression.NumberGenerator e => $"numgen {(e.IsRandom ? "random" : "inc")} mod {e.Modulus}{Offset(e.Offset)}",
        NftExpression.Hash { Of: null } e => $"symhash mod {e.Modulus}{Offset(e.Offset)}",
        NftExpression.Hash e => $"jhash {Write(e.Of!)} mod {e.Modulus}{(e.Seed is { } seed ? $" seed 0x{seed:x}" : "")}{Offset(e.Offset)}",
        NftExpression.Opaque e => e.Text,
        NftExpression.Concatenation e => string.Join(" . ", e.Parts.Select(Write)),
        NftExpression.Bitwise e => Bitwise(e),
        NftExpression.Shift e => $"{Operand(e.Operand)} {(e.IsLeft ? "<<" : ">>")} {e.Bits}",
        NftExpression.MapLookup e => $"{Write(e.Key)} map {SetWords.Reference(e.Set, e.Key)}",
        NftExpression.Unknown e => e.Text,
        _ => throw new UnreachableException(),
    };

    /// <summary>Which parts of a key are numbers that the rule draws or hashes.</summary>
    public static EquatableArray<bool> DrawnParts(NftExpression? key) => key switch
    {
        null => default,
        NftExpression.Concatenation e => e.Parts.Select(IsDrawn).ToEquatableArray(),
        _ => [IsDrawn(key)],
    };

    private static bool IsDrawn(NftExpression part) => part is NftExpression.NumberGenerator or NftExpression.Hash;

    private static string Conntrack(NftExpression.Conntrack e)
    {
        var direction = e.Direction switch { NftDirection.Original => "original ", NftDirection.Reply => "reply ", _ => "" };
        var family = e.Key is not ("saddr" or "daddr") ? "" : e.Type == NftType.IPv6Address ? "ip6 " : "ip ";
        return $"ct {direction}{family}{e.Key}";
    }

    private static string Offset(uint offset) => offset == 0 ? "" : $" offset {offset}";

    private static string Operand(NftExpression e) => e is NftExpression.Bitwise or NftExpression.Shift ? $"({Write(e)})" : Write(e);

    private static string Bitwise(NftExpression.Bitwise e)
    {
        if (ExpressionTypes.Single(e.Operand) is not { } type)
        {
            return $"{Operand(e.Operand)} & {e.And} ^ {e.Xor}";
        }

        var operand = Operand(e.Operand);
        if (NftBits.IsZero(e.Xor))
        {
            return $"{operand} & {Mask(type, e.And)}";
        }

        if (e.And == NftBits.Ones(type))
        {
            return $"{operand} ^ {Mask(type, e.Xor)}";
        }

        if (e.And == NftBits.Not(e.Xor, type))
        {
            return $"{operand} | {Mask(type, e.Xor)}";
        }

        var sign = NftBits.IsZero(NftBits.And(e.And, e.Xor)) ? '|' : '^';
        return $"{operand} & {Mask(type, e.And)} {sign} {Mask(type, e.Xor)}";
    }

    private static string Mask(NftType type, NftValue value)
    {
        if (!NftTypes.IsBitmask(type))
        {
            return NftTypes.HasPrefixes(type) ? ValueWords.One(type, value) : value.Length <= 8 ? $"0x{value.ToNumber():x}" : value.ToString();
        }

        var flags = ValueWords.Flags(type, value, " | ");
        return flags.Contains('|') ? $"({flags})" : flags;
    }
}
