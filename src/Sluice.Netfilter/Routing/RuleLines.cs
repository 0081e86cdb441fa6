using System.Globalization;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Routing;

/// <summary>Reads <c>100: from 10.0.0.0/8 fwmark 0x1/0xff lookup 77</c>.</summary>
internal static class RuleLines
{
    /// <summary>Whether a line is a routing rule.</summary>
    public static bool IsRule(ReadOnlySpan<byte> line)
    {
        var digits = WordCursor.DigitsAtStart(line);
        if (digits is 0 or > 10 || digits + 1 >= line.Length || line[digits] != ':')
        {
            return false;
        }

        var rest = line[(digits + 1)..];
        var word = WordCursor.FirstWord(rest);
        if (word.SequenceEqual("not"u8))
        {
            rest = rest.TrimStart(" \t"u8)[word.Length..];
            word = WordCursor.FirstWord(rest);
        }

        return word.SequenceEqual("from"u8);
    }

    public static RoutingRule Read(WordCursor words)
    {
        var number = words.Take().TrimEnd(':');
        var priority = uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : words.Fail<uint>("priority", number) ?? uint.MaxValue;
        var rule = new RoutingRule(priority, null) { IsInverted = words.TakeIf("not") };
        while (!words.IsAtEnd)
        {
            rule = Attribute(words, rule, words.Take());
        }

        // A rule whose criteria were not understood may apply or not.
        return words.Problem is { } problem && rule.Unknown is null ? rule with { Unknown = problem } : rule;
    }

    /// <summary>Adds a criterion that this program does not judge.</summary>
    public static RoutingRule AddUnknown(RoutingRule rule, string text) =>
        rule with { Unknown = rule.Unknown is null ? text : rule.Unknown + " " + text };

    private static RoutingRule Attribute(WordCursor words, RoutingRule rule, string word)
    {
        switch (word)
        {
            case "from":
                return words.TakeIf("all") ? rule : rule with { From = words.TakePrefix(word) };
            case "to":
                return words.TakeIf("all") ? rule : rule with { To = words.TakePrefix(word) };
            case "fwmark":
                return rule with { Mark = Mark(words, words.Take()) };
            case "iif":
                return rule with { InInterface = words.Take() };
            case "oif":
                return rule with { OutInterface = words.Take() };
            case "lookup" or "table" when words.TakeIf("[l3mdev-table]"):
                return rule with { AsksVrf = true };
            case "lookup" or "table":
                return rule with { Table = words.Take() is { Length: > 0 } table ? RouteWords.Table(table) : null };
            case "goto":
                return rule with { Goto = words.TakeNumber(word) };
            case "suppress_prefixlength":
                return rule with { SuppressPrefixLength = (int?)Math.Min(words.TakeNumber(word) ?? 0, 128) };
            case "unreachable" or "7":
                return rule with { Action = RouteType.Unreachable };
            case "prohibit" or "8":
                return rule with { Action = RouteType.Prohibit };
            case "blackhole" or "6":
                return rule with { Action = RouteType.Blackhole };
            case "nop" or "[detached]" or "[unresolved]":
                return rule;
            case "proto" or "protocol" or "realms":
                words.Take();
                return rule;
            default:
                // Criteria come with one value: ipproto, sport, dport, uidrange, tos, dscp, tun_id, suppress_ifgroup.
                return AddUnknown(rule, words.IsAtEnd ? word : $"{word} {words.Take()}");
        }
    }

    private static MaskedValue? Mark(WordCursor words, string word) =>
        MaskedValue.TryParse(System.Text.Encoding.UTF8.GetBytes(word), out var mark) ? mark : words.Fail<MaskedValue>("fwmark", word);
}
