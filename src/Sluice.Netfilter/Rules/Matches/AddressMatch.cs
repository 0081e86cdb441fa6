using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>One of the two ends of a packet.</summary>
public enum PacketEnd
{
    /// <summary>Where it comes from.</summary>
    Source,

    /// <summary>Where it goes to.</summary>
    Destination,
}

/// <summary>The source or destination address is in a prefix (<c>-s</c>, <c>-d</c>).</summary>
/// <param name="End">Which address.</param>
/// <param name="Prefix">The prefix.</param>
/// <param name="Inverted">True when every other address matches.</param>
public sealed record AddressMatch(PacketEnd End, Prefix Prefix, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (End == PacketEnd.Source ? packet.IsSourceUnknown : packet.IsDestinationUnknown)
        {
            return MatchResult.Depends($"its new {(End == PacketEnd.Source ? "source" : "destination")} is in {Prefix}", Inverted);
        }

        var address = End == PacketEnd.Source ? packet.Source : packet.Destination;
        return MatchResult.Of(Prefix.Contains(address) != Inverted);
    }
}
