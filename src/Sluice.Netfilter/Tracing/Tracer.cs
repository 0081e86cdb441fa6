using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>
/// The kernel's packet path over a snapshot: says every way a packet can go, with its exact probability. One tracer answers any
/// number of questions about its node.
/// </summary>
public sealed class Tracer
{
    private readonly HookProgram[] _programs = new HookProgram[10];

    /// <summary>A tracer for one node.</summary>
    public Tracer(NodeSnapshot node)
    {
        Node = node;
        foreach (var family in Enum.GetValues<IPFamily>())
        {
            foreach (var hook in Enum.GetValues<Hook>())
            {
                _programs[((int)family * 5) + (int)hook] = HookProgram.Of(node.Ruleset, family, hook);
            }
        }
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
        return Follow(packet, first, (outcome, connection) => new TracedPacket(packet, Node)
        {
            ConnectionMark = connection.Mark,
        });
    }

    /// <summary>Follows the answer to a packet: for each way the connection's first packet is delivered, the reply's way back.</summary>
    public Trace TraceReply(Packet packet)
    {
        var first = Trace(packet with { State = ConnectionState.New });
        return Follow(packet, first, (outcome, connection) =>
        {
            if (connection.ReplyDestination is not { } client)
            {
                return null;
            }

            var reply = packet with
            {
                Source = connection.ReplySource,
                SourcePort = connection.ReplySourcePort,
                Destination = client,
                DestinationPort = connection.ReplyDestinationPort,
                State = ConnectionState.Established,
                Entry = outcome.Disposition == Disposition.Accepted ? PacketEntry.Local : PacketEntry.Network,
                InInterface = outcome.OutInterface,
                Mark = 0,
                TcpFlags = packet.TcpFlags is null ? null : TcpFlags.Syn | TcpFlags.Ack,
            };
            return new TracedPacket(reply, Node) { IsReply = true, ConnectionMark = connection.Mark };
        });
    }

    internal HookProgram Program(IPFamily family, Hook hook) => _programs[((int)family * 5) + (int)hook];

    private Trace Follow(Packet packet, Trace first, Func<Outcome, Connection, TracedPacket?> start)
    {
        var walk = new Walk(this, packet);
        foreach (var outcome in first.Outcomes)
        {
            if (outcome.Connection is not { } connection || !outcome.IsDelivered)
            {
                var why = outcome.Reason is null ? "" : $": {outcome.Reason}";
                walk.AddOutcome(outcome with { Reason = $"the connection's first packet is not delivered{why}", Connection = null });
            }
            else if (start(outcome, connection) is { } traced)
            {
                var branch = new Branch(traced, connection) { Probability = outcome.Probability, IsAmbiguous = outcome.IsAmbiguous };
                walk.Inherit(outcome.Conditions);
                walk.Run(branch);
                walk.Inherit([]);
            }
            else
            {
                walk.AddOutcome(outcome with { Disposition = Disposition.Incomplete, Reason = "replies go to an address of the node that the snapshot does not tell", Connection = null });
            }
        }

        return walk.Result(packet, first.Assumptions);
    }
}
