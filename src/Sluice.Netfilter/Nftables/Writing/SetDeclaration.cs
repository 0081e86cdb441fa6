using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Named sets and maps in nft's words.</summary>
internal static class SetDeclaration
{
    private const int ElementsPerLine = 4;

    // An expression of each type, for sets that must be declared by expressions: of one part is one, of all are.
    private static readonly Dictionary<string, string> s_samples = new(StringComparer.Ordinal)
    {
        ["ipv4_addr"] = "ip daddr",
        ["ipv6_addr"] = "ip6 daddr",
        ["inet_proto"] = "meta l4proto",
        ["inet_service"] = "th dport",
        ["mark"] = "meta mark",
        ["ifname"] = "iifname",
        ["iface_index"] = "iif",
        ["ether_addr"] = "ether saddr",
        ["ether_type"] = "ether type",
        ["ct_state"] = "ct state",
        ["integer"] = "numgen random mod 2",
    };

    /// <summary>Adds the declaration with its elements.</summary>
    /// <param name="text">Where it goes.</param>
    /// <param name="set">The set.</param>
    /// <param name="key">What a rule looks up in it; null when none does.</param>
    public static void Write(StringBuilder text, NftSet set, NftExpression? key)
    {
        var drawn = ExpressionWords.DrawnParts(key);
        text.Append(set.Data is null ? "\tset " : "\tmap ").Append(set.Name).Append(" {\n");
        text.Append("\t\t").Append(Types(set, key, drawn)).Append('\n');
        if (Flags(set.Flags) is { Length: > 0 } flags)
        {
            text.Append("\t\tflags ").Append(flags).Append('\n');
        }

        Line(text, "timeout", set.Timeout is { } timeout ? TimeWords.Write(timeout) : null);
        Line(text, "gc-interval", set.GcInterval is { } interval ? TimeWords.Write(interval) : null);
        Line(text, "size", set.Size is { } size ? $"{size}" : null);
        Line(text, "auto-merge", set.AutoMerge ? "" : null);
        Line(text, "comment", set.Comment is { } comment ? $"\"{comment}\"" : null);
        Line(text, "counter", set.HasCounters ? "" : null);
        Line(text, set.ElementStatement ?? "", set.ElementStatement is null ? null : "");
        if (set.Elements.Count > 0)
        {
            WriteElements(text, set, drawn);
        }

        text.Append("\t}\n");
    }

    private static void WriteElements(StringBuilder text, NftSet set, EquatableArray<bool> drawn)
    {
        text.Append("\t\telements = { ");
        for (var i = 0; i < set.Elements.Count; i++)
        {
            if (i > 0)
            {
                text.Append(i % ElementsPerLine == 0 ? ",\n\t\t\t     " : ", ");
            }

            text.Append(SetWords.Element(set, set.Elements[i], drawn));
        }

        text.Append(" }\n");
    }

    private static void Line(StringBuilder text, string word, string? value)
    {
        if (value is not null)
        {
            text.Append("\t\t").Append(word).Append(value.Length > 0 ? " " : "").Append(value).Append('\n');
        }
    }

    private static string Types(NftSet set, NftExpression? key, EquatableArray<bool> drawn)
    {
        var needsExpressions = drawn.Contains(true) || set.Key.Parts.Any(p => p.KernelId == NftTypes.IntegerId);
        if (!needsExpressions)
        {
            return set.Data is null ? $"type {set.Key}" : $"type {set.Key} : {set.Data}";
        }

        var keys = key is null ? Samples(set.Key) : ExpressionWords.Write(key);
        return set.Data is null ? $"typeof {keys}" : $"typeof {keys} : {(set.Data.IsVerdict ? "verdict" : Samples(set.Data))}";
    }

    private static string Samples(NftKeyType type) => string.Join(" . ", type.Parts.Select(p => s_samples.GetValueOrDefault(p.Name, p.Name)));

    private static string Flags(NftSetFlags flags)
    {
        var words = new List<string>();
        foreach (var flag in (NftSetFlags[])[NftSetFlags.Constant, NftSetFlags.Dynamic, NftSetFlags.Interval, NftSetFlags.Timeout])
        {
            if (flags.HasFlag(flag))
            {
                words.Add(flag.ToString().ToLowerInvariant());
            }
        }

        return string.Join(',', words);
    }
}
