using Sluice.Net;

namespace Sluice.Netfilter.Tracing;

/// <summary>What nf_conntrack and nf_nat do to a packet between the chains.</summary>
internal static class ConnectionTracking
{
    /// <summary>Finds the packet's state. A packet that came back through loopback or was sent on by IPVS keeps the connection it has.</summary>
    public static void Look(Branch branch)
    {
        var packet = branch.Packet;
        if (branch.IsLoopback || packet.IsBalanced)
        {
            return;
        }

        packet.State = packet.NoTrack ? ConnectionState.Untracked : packet.Original.State;
        if (!packet.HasConnection)
        {
            return;
        }

        if (branch.Connection is { } connection)
        {
            packet.Tuple = connection.Original;
            packet.ReplySource = connection.ReplySource;
            packet.ReplySourcePort = connection.ReplySourcePort;
            packet.ReplyDestination = connection.ReplyDestination ?? packet.Source;
            packet.ReplyDestinationPort = connection.ReplyDestinationPort;
            packet.IsDnat = connection.IsDnat;
            packet.IsSnat = connection.IsSnat;
            return;
        }

        packet.Tuple = new ConnectionTuple(packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
        packet.ReplySource = packet.Destination;
        packet.ReplySourcePort = packet.DestinationPort;
        packet.ReplyDestination = packet.Source;
        packet.ReplyDestinationPort = packet.SourcePort;
        if (packet.State != ConnectionState.New)
        {
            packet.ConnectionMark = null;
        }
    }

    /// <summary>Applies the translation of a connection that exists: its own way round for its packets, the inverse for replies.</summary>
    public static void Translate(Branch branch, bool isDestination)
    {
        if (branch.Connection is not { } connection || !branch.Packet.HasConnection || branch.IsLoopback)
        {
            return;
        }

        var packet = branch.Packet;
        if (!packet.IsReply)
        {
            if (isDestination && connection.IsDnat)
            {
                (packet.Destination, packet.DestinationPort) = (connection.ReplySource, connection.ReplySourcePort);
            }
            else if (!isDestination && connection.IsSnat)
            {
                packet.IsSourceUnknown = connection.ReplyDestination is null;
                (packet.Source, packet.SourcePort) = (connection.ReplyDestination ?? packet.Source, connection.ReplyDestinationPort);
                branch.Masqueraded |= connection.ReplyDestination is not { } source || packet.Node.IsLocal(source);
            }
        }
        else if (isDestination && connection.IsSnat)
        {
            (packet.Destination, packet.DestinationPort) = (connection.Original.Source, connection.Original.SourcePort);
        }
        else if (!isDestination && connection.IsDnat)
        {
            (packet.Source, packet.SourcePort) = (connection.Original.Destination, connection.Original.DestinationPort);
        }
    }
}
