using System.Globalization;
using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Values and expressions in nft's words, for the conditions of a trace.</summary>
internal static class NftWords
{
    public static string Of(NftExpression expression) => expression switch
    {
        NftExpression.Constant constant => Of(constant.Value, constant.Type),
        NftExpression.Payload payload => payload.Field.ToString(),
        NftExpression.Meta { Key: "iifname" or "oifname" or "iif" or "oif" } meta => meta.Key,
        NftExpression.Meta meta => "meta " + meta.Key,
        NftExpression.Conntrack ct => ct.Direction is { } direction ? $"ct {(direction == NftDirection.Original ? "original" : "reply")} {ct.Key}" : "ct " + ct.Key,
        NftExpression.Fib fib => $"fib {string.Join(" . ", fib.Lookup)} {fib.Result}",
        NftExpression.NumberGenerator number => $"numgen {(number.IsRandom ? "random" : "inc")} mod {number.Modulus}{Offset(number.Offset)}",
        NftExpression.Hash { Of: null } hash => $"symhash mod {hash.Modulus}{Offset(hash.Offset)}",
        NftExpression.Hash hash => $"jhash {Of(hash.Of!)} mod {hash.Modulus}{(hash.Seed is { } seed ? $" seed 0x{seed:x}" : "")}{Offset(hash.Offset)}",
        NftExpression.Opaque opaque => opaque.Text,
        NftExpression.Concatenation joined => string.Join(" . ", joined.Parts.Select(Of)),
        NftExpression.Bitwise bitwise => $"({Of(bitwise.Operand)} and {bitwise.And}) xor {bitwise.Xor}",
        NftExpression.Shift shift => $"{Of(shift.Operand)} {(shift.IsLeft ? "<<" : ">>")} {shift.Bits}",
        NftExpression.MapLookup lookup => $"{Of(lookup.Key)} map {Of(lookup.Set)}",
        NftExpression.Unknown unknown => unknown.Text,
        _ => throw new System.Diagnostics.UnreachableException(expression.GetType().Name),
    };

    public static string Of(NftSetReference set) => set is NftSetReference.Named named ? "@" + named.Name : "{ ... }";

    public static string Of(NftValue value, NftType type) =>
        (type == NftType.IPv4Address || type == NftType.IPv6Address) && value.ToAddress() is { } address ? address.ToString()
        : type == NftType.InetProtocol && value.Length == 1 ? new L4Protocol(value.Span[0]).ToString()
        : type == NftType.Mark ? $"0x{value.ToNumber():x}"
        : value.Length == NftInterface.NameLength && type != NftType.IPv6Address ? value.ToText()
        : value.Length <= sizeof(ulong) ? value.ToNumber().ToString(CultureInfo.InvariantCulture)
        : value.ToString();

    /// <summary>A key of a set, part by part.</summary>
    public static string Of(NftValue key, NftKeyType type)
    {
        if (type.Parts.Count == 1 || type.Bytes != key.Length)
        {
            return Of(key, type.Parts[0]);
        }

        var words = new List<string>();
        var at = 0;
        foreach (var part in type.Parts)
        {
            words.Add(Of(key.Slice(at, part.Bytes), part));
            at += NftValue.Padded(part.Bytes);
        }

        return string.Join(" . ", words);
    }

    private static string Offset(uint offset) => offset == 0 ? "" : $" offset {offset}";
}
