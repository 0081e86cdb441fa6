using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The packet is a second or later IPv4 fragment (<c>-f</c>). Connection tracking reassembles before any table sees one.</summary>
/// <param name="Inverted">True when unfragmented packets and first fragments match.</param>
public sealed record FragmentMatch(bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Of(Inverted);
}
