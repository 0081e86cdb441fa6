using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The ports of a TCP packet, its flags and options (<c>-m tcp</c>).</summary>
public sealed record TcpMatch : PortMatch
{
    /// <summary>Which flags must be set among which (<c>--tcp-flags MASK SET</c>); null for any.</summary>
    public Negatable<TcpFlagTest>? Flags { get; init; }

    /// <summary>A TCP option that must be present, 1 to 255; null for any.</summary>
    public Negatable<byte>? Option { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (!PortsHold(packet, L4Protocol.Tcp))
        {
            return MatchResult.No;
        }

        if (Flags is { } flags)
        {
            if (packet.Original.TcpFlags is not { } set)
            {
                return MatchResult.Depends($"its TCP flags are {flags.Value}", flags.Inverted);
            }

            if (!flags.Holds((set & flags.Value.Mask) == flags.Value.Set))
            {
                return MatchResult.No;
            }
        }

        return Option is { } option ? MatchResult.Depends($"it carries TCP option {option.Value}", option.Inverted) : MatchResult.Yes;
    }
}

/// <summary>Of the flags in the mask exactly those in the set are set.</summary>
/// <param name="Mask">The flags looked at.</param>
/// <param name="Set">Those of them that must be set.</param>
public readonly record struct TcpFlagTest(TcpFlags Mask, TcpFlags Set)
{
    /// <summary>What <c>--syn</c> means: of FIN, SYN, RST and ACK only SYN.</summary>
    public static readonly TcpFlagTest Syn = new(TcpFlags.Fin | TcpFlags.Syn | TcpFlags.Rst | TcpFlags.Ack, TcpFlags.Syn);

    /// <summary>As iptables-save prints it: <c>FIN,SYN,RST,ACK SYN</c>.</summary>
    public override string ToString() => $"{Names(Mask)} {Names(Set)}";

    private static string Names(TcpFlags flags) => flags == TcpFlags.None
        ? "NONE"
        : string.Join(',', Enum.GetValues<TcpFlags>()
            .Where(f => f is not (TcpFlags.None or TcpFlags.All) && flags.HasFlag(f))
            .Select(f => f.ToString().ToUpperInvariant()));
}

/// <summary>The ports of a UDP packet (<c>-m udp</c>).</summary>
public sealed record UdpMatch : PortMatch
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Of(PortsHold(packet, L4Protocol.Udp));
}
