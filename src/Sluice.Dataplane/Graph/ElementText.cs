using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Says in short words when a rule finds an element of its verdict map, and how likely that is.</summary>
internal static class ElementText
{
    /// <summary>The rule's conditions, then the keys of the element; the keys are left out where chance draws them.</summary>
    public static string Of(Rule rule, Verdict.Lookup lookup, SetElement element, Table table)
    {
        var condition = ConditionText.Of(rule);
        var keys = lookup.Key is NftExpression.NumberGenerator { IsRandom: true } || SetOf(lookup, table) is not { } set ? "" : NftPhrases.Of(element, set.Key);
        return $"{condition} {keys}".Trim();
    }

    /// <summary>The share of packets that find the element; null where something else than chance decides.</summary>
    public static Probability? ChanceOf(Verdict.Lookup lookup, SetElement element)
    {
        if (lookup.Key is not NftExpression.NumberGenerator { IsRandom: true } number || element.IsCatchAll)
        {
            return null;
        }

        var first = Math.Max(element.First.ToNumber(), number.Offset);
        var last = Math.Min(element.Last.ToNumber(), number.Offset + (ulong)number.Modulus - 1);
        return last < first ? Probability.Zero : Probability.Of(last - first + 1, number.Modulus);
    }

    /// <summary>The map of a rule; null when the table has none of that name.</summary>
    public static NftSet? SetOf(Verdict.Lookup lookup, Table table) => lookup.Set switch
    {
        NftSetReference.Anonymous anonymous => anonymous.Set,
        NftSetReference.Named named => table.FindSet(named.Name),
        _ => throw new System.Diagnostics.UnreachableException(lookup.Set.GetType().Name),
    };
}
