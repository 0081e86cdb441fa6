using System.Numerics;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>Finds the known differences that explain why two sides do not do the same with a packet.</summary>
/// <param name="from">One side.</param>
/// <param name="to">The other.</param>
internal sealed class DifferenceJudge(MigrationSide from, MigrationSide to)
{
    /// <summary>The known differences that explain it; none when nothing does.</summary>
    public IReadOnlyList<KnownDifference> Explain(Packet packet, Behaviour before, Behaviour after)
    {
        if (from.Mode == to.Mode && from.Intent is null)
        {
            return [];
        }

        if (IsDamaged(from, packet, before) || IsDamaged(to, packet, after) || !before.IsKnown || !after.IsKnown)
        {
            return [];
        }

        return before.IsLike(after) ? ExplainShares(packet, before, after) : ExplainWays(packet);
    }

    // Only what a side does as its mode plans it can be meant so.
    private static bool IsDamaged(MigrationSide side, Packet packet, Behaviour behaviour) =>
        side.ReferenceTracer is { } reference && Behaviour.Of(reference.Trace(packet)) is var planned && !(planned.IsLike(behaviour) && HasShares(planned, behaviour, draws: 0));

    private IReadOnlyList<KnownDifference> ExplainShares(Packet packet, Behaviour before, Behaviour after)
    {
        if (before.Ways.Concat(after.Ways).Any(w => w.Share is null))
        {
            return from.Mode == KnownDifferences.Scheduler.Mode || to.Mode == KnownDifferences.Scheduler.Mode ? [KnownDifferences.Scheduler] : [];
        }

        if (from.Mode != KnownDifferences.RoundedShares.Mode && to.Mode != KnownDifferences.RoundedShares.Mode)
        {
            return [];
        }

        return HasShares(before, after, before.Ways.Count) ? [KnownDifferences.RoundedShares]
            : Meant(from, packet) is RouteAnswer.Forwarded forwarded && forwarded.Choices.DistinctBy(c => c.Weight).Count() > 1 ? [KnownDifferences.WeightsIgnored]
            : [];
    }

    private IReadOnlyList<KnownDifference> ExplainWays(Packet packet)
    {
        var found = new List<KnownDifference>();
        foreach (var side in (MigrationSide[])[from, to])
        {
            if (side.Index is { } index && Meant(side, packet) is { } meant)
            {
                found.AddRange(KnownDifferences.ByPacket.Where(d => d.Mode == side.Mode && d.Concerns(index, packet, meant)));
            }
        }

        // Node ports that one side is not to serve at all.
        if (found.Count == 0 && Meant(from, packet) is { } one && Meant(to, packet) is { } other && one is RouteAnswer.NotAService != other is RouteAnswer.NotAService)
        {
            found.Add(KnownDifferences.NodePortAddresses);
        }

        return found;
    }

    private static RouteAnswer? Meant(MigrationSide side, Packet packet) => side.Intent?.Route(packet);

    // Exactly: shares of many draws have more digits than a double takes.
    private static bool HasShares(Behaviour one, Behaviour other, int draws) => one.Ways.Zip(other.Ways).All(w =>
        w.First.Share == w.Second.Share || (w.First.Share is { } a && w.Second.Share is { } b &&
        BigInteger.Abs((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator)) * KnownDifferences.DrawsPerRounding <= a.Denominator * b.Denominator * draws));
}
