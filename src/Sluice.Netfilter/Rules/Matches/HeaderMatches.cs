using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The length of the IP packet in bytes, its header included (<c>-m length</c>).</summary>
/// <param name="Length">The length.</param>
public sealed record LengthMatch(Negatable<NumberRange> Length) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Original.Length is { } length
        ? MatchResult.Of(Length.Holds(Length.Value.Contains(length)))
        : MatchResult.Depends($"it is {Length.Value} bytes long", Length.Inverted);
}

/// <summary>The upper six bits of the TOS octet or traffic class (<c>-m dscp</c>).</summary>
/// <param name="Dscp">The code point, 0 to 63.</param>
public sealed record DscpMatch(Negatable<byte> Dscp) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Tos is { } tos
        ? MatchResult.Of(Dscp.Holds(tos >> 2 == Dscp.Value))
        : MatchResult.Depends($"its DSCP is 0x{Dscp.Value:x2}", Dscp.Inverted);
}

/// <summary>The TOS octet or traffic class under a mask (<c>-m tos</c>).</summary>
/// <param name="Tos">Value and mask, 0 to 255 each.</param>
/// <param name="Inverted">True when every other value matches.</param>
public sealed record TosMatch(MaskedValue Tos, bool Inverted) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Tos is { } tos
        ? MatchResult.Of(Tos.Matches((uint)tos) != Inverted)
        : MatchResult.Depends($"its TOS is {Tos}", Inverted);
}

/// <summary>The time to live of an IPv4 packet (<c>-m ttl</c>).</summary>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Value">With what.</param>
public sealed record TtlMatch(Comparison Comparison, byte Value) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Ttl is { } ttl
        ? MatchResult.Of(Comparison.Holds(ttl, Value))
        : MatchResult.Depends($"its TTL is {Comparison.Sign()} {Value}");
}

/// <summary>The hop limit of an IPv6 packet (<c>-m hl</c>).</summary>
/// <param name="Comparison">How it is compared.</param>
/// <param name="Value">With what.</param>
public sealed record HopLimitMatch(Comparison Comparison, byte Value) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Ttl is { } limit
        ? MatchResult.Of(Comparison.Holds(limit, Value))
        : MatchResult.Depends($"its hop limit is {Comparison.Sign()} {Value}");
}

/// <summary>The Ethernet address that a packet from the network comes from (<c>-m mac</c>).</summary>
/// <param name="Source">The address: <c>00:11:22:33:44:55</c>.</param>
public sealed record MacMatch(Negatable<string> Source) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Original.Entry == PacketEntry.Local || packet.InInterface == "lo"
        ? MatchResult.No
        : MatchResult.Depends($"its source MAC is {Source.Value}", Source.Inverted);
}
