using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Nftables.Writing;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing;

/// <summary>Values and expressions in nft's words, for what people read: conditions, steps, graphs.</summary>
public static class NftPhrases
{
    private static readonly NftKeyType s_number = new([NftTypes.Integer(32, isHostEndian: true)]);

    /// <summary>An expression.</summary>
    public static string Of(NftExpression expression) => ExpressionWords.Write(expression);

    /// <summary>A set: its name, or that it is the rule's own.</summary>
    public static string Of(NftSetReference set) => set is NftSetReference.Named named ? "@" + named.Name : "{ ... }";

    /// <summary>A value, part by part.</summary>
    public static string Of(NftValue value, NftKeyType type) => Between(value, value, type);

    /// <summary>The keys of an element of a set.</summary>
    public static string Of(SetElement element, NftKeyType type) => element.IsCatchAll ? "*" : Between(element.First, element.Last, type);

    /// <summary>The type of what an expression yields; a number where only the table could tell.</summary>
    internal static NftKeyType TypeOf(NftExpression expression) => ExpressionTypes.Of(expression) ?? s_number;

    private static string Between(NftValue first, NftValue last, NftKeyType type)
    {
        if (type.Parts.Count == 1 || type.Bytes != first.Length || first.Length != last.Length)
        {
            return ValueWords.Range(type.Parts[0], first, last);
        }

        var words = new List<string>();
        var at = 0;
        foreach (var part in type.Parts)
        {
            words.Add(ValueWords.Range(part, first.Slice(at, part.Bytes), last.Slice(at, part.Bytes)));
            at += NftValue.Padded(part.Bytes);
        }

        return string.Join(" . ", words);
    }
}
