using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>An ICMP type, alone or with one code.</summary>
/// <param name="Type">The type.</param>
/// <param name="Code">The code; null for any.</param>
public readonly record struct IcmpKind(byte Type, byte? Code)
{
    /// <summary>What <c>--icmp-type any</c> means: in a rule for ICMP (not ICMPv6), type 255 stands for every type.</summary>
    public static readonly IcmpKind Any = new(255, null);

    /// <summary>As iptables-save prints it: <c>8</c> or <c>3/4</c>.</summary>
    public override string ToString() => Code is { } code ? $"{Type}/{code}" : $"{Type}";

    internal MatchResult Test(Packet packet, bool inverted)
    {
        if (packet.IcmpType is { } type && type != Type)
        {
            return MatchResult.Of(inverted);
        }

        return packet.IcmpType is null || (Code is not null && packet.IcmpCode is null)
            ? MatchResult.Depends($"its ICMP type is {this}", inverted)
            : MatchResult.Of((Code is null || packet.IcmpCode == Code) != inverted);
    }
}

/// <summary>The type and code of an ICMP packet (<c>-m icmp</c>).</summary>
/// <param name="Kind">The type and code; null when the rule gives none, which means any.</param>
public sealed record IcmpMatch(Negatable<IcmpKind>? Kind) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Protocol != L4Protocol.Icmp
        ? MatchResult.No
        : Kind is not { } kind ? MatchResult.Yes
        : kind.Value == IcmpKind.Any ? MatchResult.Of(!kind.Inverted)
        : kind.Value.Test(packet.Original, kind.Inverted);
}

/// <summary>The type and code of an ICMPv6 packet (<c>-m icmp6</c>).</summary>
/// <param name="Kind">The type and code; null when the rule gives none, which means any.</param>
public sealed record IcmpV6Match(Negatable<IcmpKind>? Kind) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => packet.Protocol != L4Protocol.IcmpV6
        ? MatchResult.No
        : Kind is { } kind ? kind.Value.Test(packet.Original, kind.Inverted) : MatchResult.Yes;
}
