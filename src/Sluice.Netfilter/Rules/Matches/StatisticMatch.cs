using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Holds at random (<c>-m statistic --mode random</c>).</summary>
/// <param name="Threshold">Holds when 31 random bits are below this number, 0 to 2^31 (xt_statistic's <c>u.random.probability</c>).</param>
/// <param name="Inverted">True when it holds in the other cases.</param>
public sealed record RandomMatch(uint Threshold, bool Inverted) : Match
{
    /// <summary>What iptables makes of a probability: the nearest multiple of 2^-31.</summary>
    public static RandomMatch Of(double probability, bool inverted = false) =>
        new((uint)Math.Round(Math.Clamp(probability, 0, 1) * (1u << 31), MidpointRounding.AwayFromZero), inverted);

    /// <summary>The exact probability of the plain condition.</summary>
    public Probability Probability => Probability.OfStatistic(Threshold);

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Random(Probability).Inverted(Inverted);
}

/// <summary>Holds for every n-th packet (<c>-m statistic --mode nth</c>); the count is state that no dump holds.</summary>
/// <param name="Every">One of how many packets, from 1.</param>
/// <param name="Packet">Which of them, from 0.</param>
/// <param name="Inverted">True when it holds for the others.</param>
public sealed record NthMatch(uint Every, uint Packet, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => Every <= 1
        ? MatchResult.Of(!Inverted)
        : MatchResult.DependsEachTime($"it is packet {Packet} of every {Every} that this rule counts", Inverted);
}
