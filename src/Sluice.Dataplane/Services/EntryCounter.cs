using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Services;

/// <summary>Counts the rules that packets are compared with before they enter the chains that tell Services apart.</summary>
internal static class EntryCounter
{
    // A packet for a Service comes from elsewhere first: that way is counted where the table has it.
    private static readonly Hook[] s_order = [Hook.Prerouting, Hook.Forward, Hook.Input, Hook.Output, Hook.Postrouting];

    /// <summary>Rules compared before the first rule of the chain, by the shortest way there; null when no base chain leads there.</summary>
    public static int? Before(Table? table, string chain)
    {
        foreach (var hook in s_order)
        {
            foreach (var start in table?.Chains ?? default)
            {
                if (start.Base?.Hook == hook && PositionOf(start, chain) is { } rules)
                {
                    return rules;
                }
            }
        }

        return null;
    }

    /// <summary>The number of the last rule of a chain that jumps to another, from 1; null when none does.</summary>
    public static int? PositionOf(Chain chain, string target)
    {
        var rules = chain.Rules.Span;

        for (var i = rules.Length - 1; i >= 0; i--)
        {
            if (rules[i].Verdict is Verdict.Jump { Chain: var name } && name == target)
            {
                return i + 1;
            }
        }

        return null;
    }
}
