using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>
/// The kernel's packet path over a snapshot: says every way a packet can go, with its exact probability. One tracer answers any
/// number of questions about its node.
/// </summary>
public sealed class Tracer
{
    private readonly HookProgram[][] _programs;
    private readonly bool[] _tracks;

    /// <summary>A tracer for one node.</summary>
    public Tracer(NodeSnapshot node)
    {
        Node = node;
        _tracks = [.. Enum.GetValues<IPFamily>().Select(family => ConntrackUse.IsNeeded(node.Ruleset, family))];
        _programs = [.. Enum.GetValues<IPFamily>().Select(family => HookProgram.Of(node, family, TracksConnections(family)))];
    }

    /// <summary>The node.</summary>
    public NodeSnapshot Node { get; }

    /// <summary>Whether ways that end alike stay apart, each with its own path; else they are one outcome with the path of the first.</summary>
    public bool KeepsEveryPath { get; init; }

    /// <summary>
    /// Follows a packet. One that belongs to an established connection goes where the connection's first packet went: the first
    /// packet is followed too, and each of its deliveries gives one way.
    /// </summary>
    public Trace Trace(Packet packet)
    {
        if (packet.State != ConnectionState.Established)
        {
            var walk = new Walk(this, packet);
            walk.Run(new Branch(new TracedPacket(packet, Node), connection: null));
            return walk.Result(packet);
        }

        var first = Trace(packet with { State = ConnectionState.New, TcpFlags = packet.TcpFlags is null ? null : TcpFlags.Syn });
        // The answers in between may have changed the connection's mark: then it is one that nobody told.
        var marks = TraceReply(packet).Outcomes.Select(o => o.ConnectionMark).Distinct().ToList();
        return Follow(packet, first, (_, connection) => connection is null
            ? new TracedPacket(packet with { State = ConnectionState.Untracked }, Node)
            : new TracedPacket(packet, Node) { ConnectionMark = marks.TrueForAll(m => m == connection.Mark) ? connection.Mark : null });
    }

    /// <summary>Follows the answer to a packet: for each way the connection's first packet is delivered, the reply's way back.</summary>
    public Trace TraceReply(Packet packet)
    {
        var first = Trace(packet with { State = ConnectionState.New });
        return Follow(packet, first, Answer);

        TracedPacket? Answer(Outcome outcome, Connection? connection)
        {
            if (outcome is { Disposition: Disposition.Forwarded, Balancing.Masquerades: false })
            {
                return null;
            }

            var source = connection?.ReplySource ?? outcome.Destination;
            var destination = connection is null ? outcome.Source : connection.ReplyDestination;
            if (source is null || destination is null)
            {
                return null;
            }

            var reply = packet with
            {
                Source = source.Value,
                SourcePort = connection is null ? outcome.DestinationPort : connection.ReplySourcePort,
                Destination = destination.Value,
                DestinationPort = connection is null ? outcome.SourcePort : connection.ReplyDestinationPort,
                State = connection is not null ? ConnectionState.Established : AloneAs(packet.Protocol),
                Entry = outcome.Disposition == Disposition.Accepted ? PacketEntry.Local : PacketEntry.Network,
                InInterface = outcome.OutInterface,
                Mark = 0,
                TcpFlags = packet.TcpFlags is null ? null : TcpFlags.Syn | TcpFlags.Ack,
                IcmpType = packet.IcmpType switch { 8 => 0, 128 => 129, var type => type },
            };
            return new TracedPacket(reply, Node) { IsReply = connection is not null, ConnectionMark = connection is null ? 0 : connection.Mark };
        }
    }

    // What connection tracking makes of an answer whose question it did not track: SYN+ACK and echo replies begin no connection.
    private static ConnectionState AloneAs(L4Protocol protocol) =>
        protocol == L4Protocol.Udp ? ConnectionState.New : ConnectionState.Invalid;

    /// <summary>Whether connections of a family are tracked.</summary>
    internal bool TracksConnections(IPFamily family) => _tracks[(int)family];

    internal HookProgram Program(IPFamily family, Hook hook) => _programs[(int)family][(int)hook];

    // Follows one more packet for each way that the first one is delivered; it has the connection that way left behind, if any.
    private Trace Follow(Packet packet, Trace first, Func<Outcome, Connection?, TracedPacket?> start)
    {
        var walk = new Walk(this, packet);
        foreach (var outcome in first.Outcomes)
        {
            if (!outcome.IsDelivered)
            {
                var why = outcome.Reason is null ? "" : $": {outcome.Reason}";
                walk.AddOutcome(outcome with { Reason = $"the connection's first packet is not delivered{why}", Connection = null });
            }
            else if (start(outcome, outcome.Connection) is { } traced)
            {
                traced.Balancing = outcome.Balancing;
                var branch = new Branch(traced, outcome.Connection) { Probability = outcome.Probability, IsAmbiguous = outcome.IsAmbiguous };
                walk.Inherit(outcome.Conditions);
                walk.Run(branch);
                walk.Inherit([]);
            }
            else
            {
                walk.AddOutcome(outcome with { Disposition = Disposition.Incomplete, Reason = WhyNoReply(outcome), Connection = null });
            }
        }

        return walk.Result(packet, first.Assumptions);
    }

    private static string WhyNoReply(Outcome outcome) => outcome is { Disposition: Disposition.Forwarded, Balancing: { Masquerades: false, Real: var real } }
        ? $"real server {real.Address} answers the client itself: its answers do not pass this node"
        : "replies go to an address of the node that the snapshot does not tell";
}
