using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The packet mark under a mask (<c>-m mark</c>).</summary>
/// <param name="Mark">Value and mask.</param>
/// <param name="Inverted">True when every other mark matches.</param>
public sealed record MarkMatch(MaskedValue Mark, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        var unknown = packet.UnknownMark & Mark.Mask;
        if (unknown == 0)
        {
            return MatchResult.Of(Mark.Matches(packet.Mark) != Inverted);
        }

        var isPossible = (Mark.Value & ~Mark.Mask) == 0 && ((packet.Mark ^ Mark.Value) & Mark.Mask & ~unknown) == 0;
        return isPossible ? MatchResult.Depends($"its packet mark is {Mark}", Inverted) : MatchResult.Of(Inverted);
    }
}

/// <summary>The connection mark under a mask (<c>-m connmark</c>); never holds for a packet without a connection.</summary>
/// <param name="Mark">Value and mask.</param>
/// <param name="Inverted">True when every other mark matches.</param>
public sealed record ConnmarkMatch(MaskedValue Mark, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => !packet.HasConnection
        ? MatchResult.No
        : packet.ConnectionMark is { } mark
            ? MatchResult.Of(Mark.Matches(mark) != Inverted)
            : MatchResult.Depends($"its connection mark is {Mark}", Inverted);
}
