using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;

namespace Sluice.KernelTests.Agreement;

/// <summary>Compares the tracer's answer with what the kernel did.</summary>
internal static class Comparison
{
    /// <summary>Null when one of the ways the tracer offers is exactly what happened; else what is wrong, with all evidence.</summary>
    public static string? Explain(NodeSnapshot snapshot, LabVariant variant, Trace trace, Observation seen)
    {
        // Of more ways than the tracer follows one that it left out may be the one taken.
        var isCut = trace.Outcomes.Any(o => o.Reason?.StartsWith("more than ", StringComparison.Ordinal) == true);
        if (!isCut && trace.Verdict is TraceVerdict.Ambiguous or TraceVerdict.Incomplete)
        {
            return $"the tracer does not know: {string.Join("; ", trace.Outcomes.SelectMany(o => o.Conditions).Distinct())}";
        }

        var misses = new List<string>();
        foreach (var outcome in trace.Outcomes)
        {
            var miss = Miss(snapshot, variant, trace, outcome, seen);
            if (miss is null)
            {
                return null;
            }

            misses.Add($"  {outcome.Disposition} {outcome.Source}:{outcome.SourcePort} > {outcome.Destination}:{outcome.DestinationPort} mark 0x{outcome.Mark:x} out {outcome.OutInterface} p={outcome.Probability} [{string.Join("; ", outcome.Conditions)}] {outcome.Reason}\n    differs: {miss}\n    path: {string.Join(" | ", Places(outcome, variant))}");
        }

        return isCut ? null : $"the kernel: {seen}\nthe tracer:\n{string.Join('\n', misses)}";
    }

    private static string? Miss(NodeSnapshot snapshot, LabVariant variant, Trace trace, Outcome outcome, Observation seen)
    {
        var disposition = (outcome.Disposition, seen.Disposition) switch
        {
            (Disposition.Accepted, LabDisposition.Accepted) => true,
            (Disposition.Forwarded, LabDisposition.Forwarded(var link)) => outcome.OutInterface is null || outcome.OutInterface == link,
            (Disposition.Rejected, LabDisposition.Rejected(var kind)) => RejectKinds.Same(outcome.RejectWith, kind),

            // The lab takes an answer to what never came to INPUT or FORWARD for routing's.
            (Disposition.Rejected, LabDisposition.Unreachable(var kind)) => outcome.Path[^1].Hook == Hook.Prerouting && RejectKinds.Same(outcome.RejectWith, kind),
            (Disposition.Dropped, LabDisposition.Dropped) => true,
            (Disposition.Unreachable, LabDisposition.Unreachable) => true,
            _ => false,
        };
        if (!disposition)
        {
            return $"disposition {seen.Disposition}";
        }

        var silent = SilentPlaces(snapshot);
        var places = Places(outcome, variant).Where(p => !silent.Contains(p)).ToList();
        var kernel = seen.Path.Where(s => s.Kind != TraceKind.End && !silent.Contains(s.Place)).Select(s => s.Place).ToList();
        if (!places.SequenceEqual(kernel, StringComparer.Ordinal))
        {
            var at = places.Zip(kernel).TakeWhile(p => p.First == p.Second).Count();
            return $"path at step {at + 1}: '{places.ElementAtOrDefault(at)}', in the kernel '{kernel.ElementAtOrDefault(at)}'";
        }

        return !outcome.IsDelivered ? null
            : outcome.Destination is { } destination && destination != NetAddress.From(seen.Destination) ? $"destination {seen.Destination}"
            : outcome.DestinationPort is { } port && !trace.Packet.Protocol.IsIcmp && port != seen.DestinationPort ? $"destination port {seen.DestinationPort}"
            : outcome.Source is { } source && source != NetAddress.From(seen.Source) ? $"source {seen.Source}"
            : !trace.Packet.Protocol.IsIcmp && outcome.SourcePort is { } sourcePort && sourcePort != seen.SourcePort ? $"source port {seen.SourcePort}"
            : outcome.Mark != seen.Mark ? $"mark 0x{seen.Mark:x}"
            : null;
    }

    // The tracer does not fork for a draw or count that changes nothing, so it does not say whether such a rule matched.
    private static HashSet<string> SilentPlaces(NodeSnapshot snapshot) =>
    [
        .. from table in snapshot.Ruleset.Tables
           from chain in table.Chains
           from numbered in chain.Rules.Select((rule, i) => (rule, number: i + 1))
           where IsSilent(numbered.rule)
           select $"{table.Name} {chain.Name} {numbered.number}",
    ];

    private static bool IsSilent(Rule rule)
    {
        for (var i = 0; i < rule.Parts.Count; i++)
        {
            if (IsUncertain(rule.Parts[i]) && !rule.Parts.Skip(i).Any(p => p is Statement { IsObserver: false } and not Verdict.Continue))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUncertain(RulePart part) => part is RandomMatch or NthMatch or LimitMatch or RecentMatch or NftCondition
        or NftMatch { Left: NftExpression.NumberGenerator } or NftMatch { Right: NftOperand.InSet { Set: NftSetReference.Named { Name: "seen" } } };

    private static List<string> Places(Outcome outcome, LabVariant variant) =>
        [.. outcome.Path.Where(s => s.Table.Name != LabTable.Name).Select(s => Place(s, variant)).OfType<string>()];

    // Legacy tables keep no names: the kernel takes a rule without any match that accepts, drops or returns for the end of its
    // chain (get_chainname_rulenum in ip_tables.c), and reports a built-in chain's as its policy.
    private static string? Place(Step step, LabVariant variant)
    {
        var looksLikeEnd = variant == LabVariant.Legacy && step.Rule is { Parts.Count: 1, Verdict: Verdict.Accept or Verdict.Drop or Verdict.Return };
        return step.Rule is null || (looksLikeEnd && step.Chain.Base is not null) ? $"{step.Table.Name} {step.Chain.Name} policy"
            : looksLikeEnd ? null
            : $"{step.Table.Name} {step.Chain.Name} {step.RuleNumber}";
    }
}
