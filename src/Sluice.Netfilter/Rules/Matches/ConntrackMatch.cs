using Sluice.Netfilter.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>What connection tracking knows of the packet (<c>-m conntrack</c>, and <c>-m state</c> with <see cref="IsStateModule"/>).</summary>
public sealed record ConntrackMatch : Match
{
    /// <summary>States asked for; null for any.</summary>
    public Negatable<ConnectionState>? States { get; init; }

    /// <summary>Whether the rule spells it <c>-m state --state</c>.</summary>
    public bool IsStateModule { get; init; }

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
        var state = packet.State;
        if (packet.HasConnection)
        {
            state |= (packet.IsSnat ? ConnectionState.Snat : 0) | (packet.IsDnat ? ConnectionState.Dnat : 0);
        }

        if (States is { } states && !states.Holds((state & states.Value) != 0))
        {
            return MatchResult.No;
        }

        if (IsStateModule || !AsksForConnection)
        {
            return MatchResult.Yes;
        }

        // xt_conntrack: without a connection, everything but the state fails.
        if (!packet.HasConnection ||
            (IsReply is { } reply && !reply.Holds(packet.IsReply == reply.Value)) ||
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

    private bool AsksForConnection =>
        Protocol is not null || OriginalSource is not null || OriginalDestination is not null || ReplySource is not null ||
        ReplyDestination is not null || OriginalSourcePorts is not null || OriginalDestinationPorts is not null ||
        ReplySourcePorts is not null || ReplyDestinationPorts is not null || Status is not null || Expire is not null ||
        IsReply is not null;

    private static MatchResult TestStatus(TracedPacket packet, Negatable<string> status)
    {
        var words = status.Value.ToUpperInvariant().Split(',');

        // A connection's first packet has none of the four bits yet; a later one has at least SEEN_REPLY or CONFIRMED.
        return packet.State == ConnectionState.New
            ? MatchResult.Of(words.Contains("NONE") != status.Inverted)
            : packet.State == ConnectionState.Established && (words.Contains("SEEN_REPLY") || words.Contains("CONFIRMED"))
                ? MatchResult.Of(!status.Inverted)
                : MatchResult.Depends($"its connection's status is {status.Value}", status.Inverted);
    }

    private static bool AddressHolds(Negatable<Prefix>? wanted, NetAddress address) =>
        wanted is not { } prefix || prefix.Holds(prefix.Value.Contains(address));
}
