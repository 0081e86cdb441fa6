using System.Diagnostics;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Rules in nft's words.</summary>
internal static class RuleWords
{
    /// <summary>A rule's statements on one line, its comment last.</summary>
    public static string Write(Rule rule, TableFamily family)
    {
        var words = new List<string>();
        var comment = "";
        for (var i = 0; i < rule.Parts.Count; i++)
        {
            switch (rule.Parts[i])
            {
                case CommentMatch { Text.Length: > 0 } e:
                    comment = $" comment \"{e.Text}\"";
                    break;
                case CommentMatch:
                    words.Add("xt match \"comment\"");
                    break;
                case ChangeSet e:
                    words.Add(Change(e, rule, ref i));
                    break;
                case Count { Name: null }:
                    words.Add(rule.Counters is { } counters ? $"counter packets {counters.Packets} bytes {counters.Bytes}" : "counter");
                    break;
                case Verdict e:
                    words.Add(VerdictWords.Write(e, family));
                    break;
                case var part:
                    words.Add(Part(part));
                    break;
            }
        }

        return string.Join(' ', words) + comment;
    }

    private static string Part(RulePart part) => part switch
    {
        NftMatch e => Match(e),
        NftCondition e => e.Text,
        UnknownMatch e => e.Text,
        SetValue e => $"{ExpressionWords.Write(e.Target)} set {ExpressionWords.Write(e.Value)}",
        Count e => e.Name!.Contains(' ') ? $"counter name {e.Name}" : $"counter name \"{e.Name}\"",
        NftObserver e => e.Text,
        Log e => LogWords.Write(e),
        NetfilterLog e => LogWords.Write(e),
        NoTrack => "notrack",
        _ => throw new UnreachableException($"nft has no words for {part.GetType().Name}"),
    };

    // The conditions of the element follow the change: they stand in its braces.
    private static string Change(ChangeSet e, Rule rule, ref int index)
    {
        var element = ExpressionWords.Write(e.Key);
        element += e.Timeout is { } timeout ? $" timeout {TimeWords.Write(timeout)}" : "";
        element += e.HasCounter ? " counter" : "";
        while (index + 1 < rule.Parts.Count && rule.Parts[index + 1] is NftCondition { IsOfElement: true } condition)
        {
            element += $" {condition.Text}";
            index++;
        }

        element += e.Data is { } data ? $" : {ExpressionWords.Write(data)}" : "";
        if (e.MeterSize is { } size)
        {
            return $"meter {e.Set}{(size == 0 ? "" : $" size {size}")} {{ {element} }}";
        }

        return $"{e.Operation.ToString().ToLowerInvariant()} @{e.Set} {{ {element} }}";
    }

    private static string Match(NftMatch match)
    {
        var left = ExpressionWords.Write(match.Left);
        var not = match.Inverted ? "!= " : "";
        switch (match.Right)
        {
            case NftOperand.InSet e:
                return $"{left} {not}{SetWords.Reference(e.Set, match.Left)}";
            case NftOperand.AnyBit e:
                return $"{left} {(match.Inverted ? "! " : "")}{Flags(match.Left, e.Bits)}";
            case NftOperand.Expression { Other: NftExpression.Unknown other }:
                return $"{left} {not}{other.Text}";
            case NftOperand.Expression e:
                return $"{left} {(match.Inverted ? "!=" : "==")} {ExpressionWords.Write(e.Other)}";
            case NftOperand.Values e:
                return $"{left} {Values(match, e)}";
            default:
                throw new UnreachableException();
        }
    }

    private static string Flags(NftExpression left, NftValue bits) =>
        ExpressionTypes.Single(left) is { } type ? ValueWords.Flags(type, bits, ",") : bits.ToString();

    private static string Values(NftMatch match, NftOperand.Values e)
    {
        if (ExpressionTypes.Of(match.Left) is not { } key)
        {
            return $"{(match.Inverted ? "!=" : "==")} {e.First}";
        }

        if (key.Parts is [var type] && OpenEnd(type, e, match.Inverted) is { } open)
        {
            return open;
        }

        var set = new NftSet("", key, default);
        var value = SetWords.Element(set, new SetElement(e.First, e.Last), ExpressionWords.DrawnParts(match.Left));

        // Flags without an operator ask for any of them, and behind an operation nft wants one.
        var needsSign = match.Left is NftExpression.Bitwise or NftExpression.Shift or NftExpression.NumberGenerator or NftExpression.Hash ||
            (key.Parts.Count == 1 && NftTypes.IsBitmask(key.Parts[0]));
        return match.Inverted ? $"!= {value}" : needsSign ? $"== {value}" : value;
    }

    // A range that is open at one end: nft has no word for the highest time, and joins flags by no dash.
    private static string? OpenEnd(NftType type, NftOperand.Values e, bool isInverted)
    {
        var (isFromLowest, isToHighest) = (NftBits.IsZero(e.First), e.Last == NftBits.Ones(type));
        if (e.First == e.Last || isFromLowest == isToHighest || NftTypes.IsName(type) || NftTypes.HasPrefixes(type))
        {
            return null;
        }

        if (isFromLowest)
        {
            return $"{(isInverted ? ">" : "<=")} {ValueWords.One(type, e.Last)}";
        }

        // Dates are written in seconds: a nanosecond more is the next date.
        var isBehind = type == NftTypes.Date && e.First.ToNumber() % 1_000_000_000 == 1;
        var sign = (isInverted, isBehind) switch { (true, true) => "<=", (true, _) => "<", (_, true) => ">", _ => ">=" };
        return $"{sign} {ValueWords.One(type, e.First)}";
    }
}
