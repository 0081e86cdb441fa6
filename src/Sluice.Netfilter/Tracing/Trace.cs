using Sluice.Net;

namespace Sluice.Netfilter.Tracing;

/// <summary>The answer to "where does this packet go": every way with its probability.</summary>
/// <param name="Packet">The question.</param>
/// <param name="Outcomes">The ways, in the order in which the rules offer them.</param>
/// <param name="Assumptions">What was taken for granted because the snapshot does not tell.</param>
public sealed record Trace(Packet Packet, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<string> Assumptions)
{
    /// <summary>All ways taken together.</summary>
    public TraceVerdict Verdict { get; } = Judge(Outcomes);

    /// <summary>The most rules that any way compares the packet with.</summary>
    public int RulesEvaluated => Outcomes.Count == 0 ? 0 : Outcomes.Max(o => o.RulesEvaluated);

    private static TraceVerdict Judge(IReadOnlyList<Outcome> outcomes) =>
        outcomes.Any(o => o.Disposition == Disposition.Incomplete) ? TraceVerdict.Incomplete
        : outcomes.Any(o => o.IsAmbiguous) ? TraceVerdict.Ambiguous
        : outcomes.All(o => o.IsDelivered) ? TraceVerdict.Delivered
        : outcomes.All(o => o.Disposition == Disposition.Dropped) ? TraceVerdict.Dropped
        : outcomes.All(o => o.Disposition == Disposition.Rejected) ? TraceVerdict.Rejected
        : outcomes.All(o => o.Disposition == Disposition.Unreachable) ? TraceVerdict.Unreachable
        : TraceVerdict.Mixed;
}
