using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>Changes the TOS octet or traffic class (<c>TOS</c>): <c>(tos &amp; ~mask) ^ value</c>.</summary>
/// <param name="Value">The value.</param>
/// <param name="Mask">The bits that are cleared first.</param>
public sealed record SetTos(byte Value, byte Mask) : Statement
{
    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet) =>
        packet.Tos = Mask == byte.MaxValue ? Value : (packet.Tos & ~Mask) ^ Value;
}

/// <summary>Sets the differentiated services code point, the TOS octet's upper six bits (<c>DSCP</c>).</summary>
/// <param name="Value">The code point, 0 to 63.</param>
public sealed record SetDscp(byte Value) : Statement
{
    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet) => packet.Tos = (packet.Tos & 3) | (Value << 2);
}

/// <summary>Changes the bits of explicit congestion notification (<c>ECN</c>).</summary>
public sealed record SetEcn : Statement
{
    /// <summary>Whether ECE and CWR are cleared in the TCP header.</summary>
    public bool RemovesTcp { get; init; }

    /// <summary>What ECE becomes, 0 or 1; null leaves it.</summary>
    public byte? Ece { get; init; }

    /// <summary>What CWR becomes, 0 or 1; null leaves it.</summary>
    public byte? Cwr { get; init; }

    /// <summary>What the TOS octet's lower two bits become, 0 to 3; null leaves them.</summary>
    public byte? CodePoint { get; init; }

    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet)
    {
        if (CodePoint is { } bits)
        {
            packet.Tos = (packet.Tos & ~3) | bits;
        }
    }
}
