using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Tracing;

/// <summary>
/// Whether the kernel tracks connections: it begins when a rule needs it (nf_ct_netns_get). Without it nat chains, which see only
/// packets that begin a connection, are never called.
/// </summary>
internal static class ConntrackUse
{
    /// <summary>Whether a rule for the family needs connection tracking. iptables' tables are taken to, and so is what is not known.</summary>
    public static bool IsNeeded(Ruleset ruleset, IPFamily family)
    {
        var tables = ruleset.Of(family).ToList();
        return tables.TrueForAll(t => !t.IsNative) || tables.Exists(t => !t.IsNative || t.Chains.Any(c => c.Rules.Any(r => r.Parts.Any(Needs))));
    }

    private static bool Needs(RulePart part) => part switch
    {
        Verdict.Translate or Verdict.TranslateTo or Verdict.Unknown or UnknownMatch => true,
        ConnectionLimitMatch or ConnectionBytesMatch or ConntrackMatch or StateMatch or ConnmarkMatch or SetConnectionMark or SetTracking => true,
        NftMatch match => Needs(match.Left) || match.Right is NftOperand.Expression other && Needs(other.Other),
        Verdict.Lookup lookup => Needs(lookup.Key),
        SetValue set => Needs(set.Target) || Needs(set.Value),
        ChangeSet change => Needs(change.Key) || (change.Data is { } data && Needs(data)),
        NftCondition condition => condition.Text.StartsWith("ct ", StringComparison.Ordinal),
        NftObserver observer => observer.Text.StartsWith("ct ", StringComparison.Ordinal) || observer.Text.StartsWith("flow ", StringComparison.Ordinal),
        _ => false,
    };

    private static bool Needs(NftExpression expression) => expression switch
    {
        NftExpression.Conntrack or NftExpression.Unknown => true,
        NftExpression.Concatenation joined => joined.Parts.Any(Needs),
        NftExpression.Bitwise bitwise => Needs(bitwise.Operand),
        NftExpression.Shift shift => Needs(shift.Operand),
        NftExpression.MapLookup lookup => Needs(lookup.Key),
        NftExpression.Hash { Of: { } of } => Needs(of),
        _ => false,
    };
}
