using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>What connection tracking knows of the packet (<c>-m conntrack</c>).</summary>
public sealed record ConntrackMatch : Match
{
    /// <summary>States asked for; null for any.</summary>
    public Negatable<ConnectionState>? States { get; init; }

    /// <summary>The connection's protocol; null for any.</summary>
    public Negatable<L4Protocol>? Protocol { get; init; }

    /// <summary>Source of the original direction; null for any.</summary>
    public Negatable<Prefix>? OriginalSource { get; init; }

    /// <summary>Destination of the original direction; null for any.</summary>
    public Negatable<Prefix>? OriginalDestination { get; init; }

    /// <summary>Source of the reply direction; null for any.</summary>
    public Negatable<Prefix>? ReplySource { get; init; }

    /// <summary>Destination of the reply direction; null for any.</summary>
    public Negatable<Prefix>? ReplyDestination { get; init; }

    /// <summary>Source port of the original direction; null for any.</summary>
    public Negatable<PortRange>? OriginalSourcePorts { get; init; }

    /// <summary>Destination port of the original direction; null for any.</summary>
    public Negatable<PortRange>? OriginalDestinationPorts { get; init; }

    /// <summary>Source port of the reply direction; null for any.</summary>
    public Negatable<PortRange>? ReplySourcePorts { get; init; }

    /// <summary>Destination port of the reply direction; null for any.</summary>
    public Negatable<PortRange>? ReplyDestinationPorts { get; init; }

    /// <summary>The connection's status words, as written (<c>ASSURED,CONFIRMED</c>); null for any.</summary>
    public Negatable<string>? Status { get; init; }

    /// <summary>The remaining life time in seconds, as written (<c>10:20</c>); null for any.</summary>
    public Negatable<string>? Expire { get; init; }

    /// <summary>Whether the packet goes the reply direction; null for both.</summary>
    public Negatable<bool>? IsReply { get; init; }

    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet)
    {
        if (States is { } states && !states.Holds((StateOf(packet) & states.Value) != 0))
        {
            return MatchResult.No;
        }

        // conntrack_mt: without a connection the state alone decides, and a rule that asks for none fails.
        if (!packet.HasConnection)
        {
            return MatchResult.Of(States is not null);
        }

        if ((IsReply is { } reply && !reply.Holds(packet.IsReply == reply.Value)) ||
            (Protocol is { } protocol && !protocol.Holds(packet.Protocol == protocol.Value)) ||
            !AddressHolds(OriginalSource, packet.Tuple.Source) || !AddressHolds(OriginalDestination, packet.Tuple.Destination) ||
            !AddressHolds(ReplySource, packet.ReplySource) || !AddressHolds(ReplyDestination, packet.ReplyDestination) ||
            !PortTest.Holds(OriginalSourcePorts, packet.Tuple.SourcePort) ||
            !PortTest.Holds(OriginalDestinationPorts, packet.Tuple.DestinationPort) ||
            !PortTest.Holds(ReplySourcePorts, packet.ReplySourcePort) ||
            !PortTest.Holds(ReplyDestinationPorts, packet.ReplyDestinationPort))
        {
            return MatchResult.No;
        }

        return Status is { } status ? TestStatus(packet, status)
            : Expire is { } expire ? MatchResult.Depends($"its connection expires in {expire.Value} seconds", expire.Inverted)
            : MatchResult.Yes;
    }

    /// <summary>The state bits of a packet at this place, those of its translations included.</summary>
    internal static ConnectionState StateOf(TracedPacket packet) => !packet.HasConnection
        ? packet.State
        : packet.State | (packet.IsSnat ? ConnectionState.Snat : 0) | (packet.IsDnat ? ConnectionState.Dnat : 0);

    private static MatchResult TestStatus(TracedPacket packet, Negatable<string> status)
    {
        // NONE is an empty mask, which no status satisfies. A connection's first packet has no bit yet; a packet of an established one
        // has at least SEEN_REPLY and CONFIRMED.
        var words = status.Value.ToUpperInvariant().Split(',');
        return words.All(w => w == "NONE") || packet.State == ConnectionState.New
            ? MatchResult.Of(status.Inverted)
            : packet.State == ConnectionState.Established && (words.Contains("SEEN_REPLY") || words.Contains("CONFIRMED"))
                ? MatchResult.Of(!status.Inverted)
                : MatchResult.Depends($"its connection's status is {status.Value}", status.Inverted);
    }

    private static bool AddressHolds(Negatable<Prefix>? wanted, NetAddress address) =>
        wanted is not { } prefix || prefix.Holds(prefix.Value.Contains(address));
}

/// <summary>The state that connection tracking gives the packet (<c>-m state</c>, the old spelling of <c>-m conntrack --ctstate</c>).</summary>
/// <param name="States">The states asked for.</param>
public sealed record StateMatch(Negatable<ConnectionState> States) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) =>
        MatchResult.Of(States.Holds((ConntrackMatch.StateOf(packet) & States.Value) != 0));
}
