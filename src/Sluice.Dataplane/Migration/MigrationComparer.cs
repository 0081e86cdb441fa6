using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Migration;

/// <summary>
/// Asks two sides what they do with packets to every Service, from everyone, and tells where they differ. Proof by tracing: what is compared is what becomes of
/// packets, not which rules there are. Pure.
/// </summary>
/// <param name="from">The first side.</param>
/// <param name="to">The second side.</param>
/// <param name="family">The address family asked about.</param>
public sealed class MigrationComparer(MigrationSide from, MigrationSide to, IPFamily family)
{
    // A planned node has one interface to everywhere.
    private const string PlannedInterface = "eth0";

    private readonly DifferenceJudge _judge = new(from, to);

    /// <summary>Compares.</summary>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public MigrationReport Compare(CancellationToken cancellation)
    {
        var places = ProbePlaces.Of(from, to, family);
        var isPlanned = from.Intent is not null && to.Intent is not null && from.Reference is null && to.Reference is null;
        var probes = new Probes(places, isPlanned ? PlannedInterface : null);
        var targets = ProbeTargets.Of(from, to, places, family);
        var found = new (int Packets, List<(BehaviourDifference Difference, IReadOnlyList<KnownDifference> Known)> Differences)[targets.Count];

        // Made before threads ask for them.
        _ = (from.Tracer, to.Tracer, from.ReferenceTracer, to.ReferenceTracer, from.Index, to.Index);
        Parallel.For(0, targets.Count, new ParallelOptions { CancellationToken = cancellation }, i => found[i] = Ask(probes.To(targets[i])));
        return new MigrationReport(from.Name, to.Name, targets.Where(t => !t.IsOtherPort).Select(t => t.Service).Distinct().Count(), found.Sum(f => f.Packets), Causes(found.SelectMany(f => f.Differences)));
    }

    private (int, List<(BehaviourDifference, IReadOnlyList<KnownDifference>)>) Ask(IEnumerable<Probe> probes)
    {
        var packets = 0;
        var differences = new List<(BehaviourDifference, IReadOnlyList<KnownDifference>)>();
        foreach (var probe in probes)
        {
            packets++;
            var (before, after) = (from.Tracer.Trace(probe.Packet), to.Tracer.Trace(probe.Packet));
            var (one, other) = (Behaviour.Of(before), Behaviour.Of(after));
            if (one != other)
            {
                var known = _judge.Explain(probe.Packet, one, other);
                differences.Add((new BehaviourDifference(probe, one, other, known.Select(k => k.Name).ToEquatableArray()) { RuleBefore = Decision(before), RuleAfter = Decision(after) }, known));
            }
        }

        return (packets, differences);
    }

    private static EquatableArray<DifferenceCause> Causes(IEnumerable<(BehaviourDifference Difference, IReadOnlyList<KnownDifference> Known)> found) => found
        .GroupBy(f => string.Join(' ', f.Known.Select(k => k.Name)), StringComparer.Ordinal)
        .Select(cause => new DifferenceCause(
            cause.First().Known.ToEquatableArray(),
            cause.GroupBy(f => f.Difference.Probe.Target.Service, StringComparer.Ordinal)
                .Select(s => new ServiceDifference(s.Key, s.Count(), s.First().Difference))
                .ToEquatableArray()))
        .OrderBy(c => c.Known.Count > 0)
        .ThenByDescending(c => c.Services.Count)
        .ThenBy(c => c.Name, StringComparer.Ordinal)
        .ToEquatableArray();

    // The rule that sent the first way on, or ended it; a packet that is left alone meets none.
    private static string? Decision(Trace trace) =>
        trace.Outcomes.Count == 0 || trace.Outcomes[0].Path.LastOrDefault(s => s.VirtualServer is not null || IsDecisive(s.Action)) is not { } step ? null
        : step.VirtualServer is not null ? step.Text
        : $"{step.Table.Name} {step.Chain.Name} rule {step.RuleNumber}{(step.Line > 0 ? $", line {step.Line}" : "")}: {step.Text}";

    private static bool IsDecisive(string action) =>
        action.StartsWith("DNAT", StringComparison.Ordinal) || action.StartsWith("Reject", StringComparison.OrdinalIgnoreCase) || action.StartsWith("Drop", StringComparison.OrdinalIgnoreCase);
}
