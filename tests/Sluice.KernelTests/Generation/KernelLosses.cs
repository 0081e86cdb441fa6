using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.KernelTests.Generation;

/// <summary>What the kernel does not take or not keep: left out before a ruleset is loaded to be read back.</summary>
internal static class KernelLosses
{
    /// <summary>The ruleset without rules that cannot be compared with what comes back.</summary>
    public static Ruleset Remove(Ruleset ruleset) => Change(ruleset, c => c with { Rules = c.Rules.Where(r => !IsLost(r)).ToEquatableArray() });

    /// <summary>The ruleset with chains in the order of their names: tools sort them in their own ways.</summary>
    public static Ruleset InOrder(Ruleset ruleset) =>
        new(Change(ruleset, Normal).Tables
            .Select(t => t with { Chains = t.Chains.OrderBy(c => c.Name, StringComparer.Ordinal).ToEquatableArray() })
            .ToEquatableArray());

    private static Ruleset Change(Ruleset ruleset, Func<Chain, Chain> change) =>
        new(ruleset.Tables.Select(t => t with { Chains = t.Chains.Select(change).ToEquatableArray() }).ToEquatableArray());

    // Only text: what it means to the kernel may be spelled in more than one way.
    private static bool IsLost(Rule rule)
    {
        foreach (var part in rule.Parts)
        {
            if (part is UnknownMatch or Verdict.Unknown)
            {
                return true;
            }
        }

        return false;
    }

    // Priorities of security's chains differ between the variants; where they stand is not asked here.
    private static Chain Normal(Chain chain) => chain.Base is { } place ? chain with { Base = place with { Priority = 0 } } : chain;
}
