using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Statements;

/// <summary>How <see cref="ChangeTtl"/> changes the number.</summary>
public enum TtlOperation
{
    /// <summary>It becomes the value.</summary>
    Set,

    /// <summary>The value is added; 255 at most.</summary>
    Increment,

    /// <summary>The value is subtracted; 0 at least.</summary>
    Decrement,
}

/// <summary>Changes the time to live (<c>TTL</c>) or hop limit (<c>HL</c>).</summary>
/// <param name="Family">IPv4 for TTL, IPv6 for the hop limit.</param>
/// <param name="Operation">How.</param>
/// <param name="Value">The value, 0 to 255.</param>
public sealed record ChangeTtl(IPFamily Family, TtlOperation Operation, byte Value) : Statement
{
    /// <inheritdoc/>
    public override void ApplyTo(TracedPacket packet) => packet.Ttl = Operation switch
    {
        TtlOperation.Set => Value,
        TtlOperation.Increment => packet.Ttl is { } ttl ? Math.Min(ttl + Value, 255) : null,
        _ => packet.Ttl is { } ttl ? Math.Max(ttl - Value, 0) : null,
    };
}
