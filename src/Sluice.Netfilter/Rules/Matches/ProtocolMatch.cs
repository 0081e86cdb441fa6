using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The protocol above IP (<c>-p</c>).</summary>
/// <param name="Protocol">The protocol; never <see cref="L4Protocol.Any"/>.</param>
/// <param name="Inverted">True when every other protocol matches.</param>
public sealed record ProtocolMatch(L4Protocol Protocol, bool Inverted) : Match
{
    private static readonly ProtocolMatch[] s_cache = [.. Enumerable.Range(0, 256).Select(n => new ProtocolMatch(new L4Protocol((byte)n), Inverted: false))];

    /// <summary>The shared match for a protocol.</summary>
    public static ProtocolMatch Of(L4Protocol protocol) => s_cache[protocol.Number];

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Of((packet.Protocol == Protocol) != Inverted);
}
