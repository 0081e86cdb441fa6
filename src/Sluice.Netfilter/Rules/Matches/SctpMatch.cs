using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The ports of an SCTP packet and the chunks it carries (<c>-m sctp</c>).</summary>
public sealed record SctpMatch : PortMatch
{
    /// <summary>The chunks it must carry, as written (<c>any DATA:Be,INIT</c>); null for any.</summary>
    public Negatable<string>? Chunks { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) =>
        !PortsHold(packet, L4Protocol.Sctp)
            ? MatchResult.No
            : Chunks is { } chunks ? MatchResult.Depends($"it carries SCTP chunks: {chunks.Value}", chunks.Inverted)
            : MatchResult.Yes;
}
