using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Holds while packets come no faster than a rate (<c>-m limit</c>); how full the bucket is, no dump tells.</summary>
/// <param name="Rate">The rate as iptables prints it: <c>5/min</c>.</param>
/// <param name="Burst">How many packets may come at once.</param>
public sealed record LimitMatch(string Rate, uint Burst) : Match
{
    /// <summary>The burst of a rule that gives none.</summary>
    public const uint DefaultBurst = 5;

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.DependsEachTime($"the rate is at most {Rate} (burst {Burst})");
}
