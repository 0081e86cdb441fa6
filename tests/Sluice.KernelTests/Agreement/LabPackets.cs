using Sluice.KernelTests.Lab;
using Sluice.Net;

namespace Sluice.KernelTests.Agreement;

/// <summary>Turns Sluice's description of a packet into the lab's.</summary>
internal static class LabPackets
{
    /// <summary>A packet of a batch. ICMP has no ports that would tell its connections apart.</summary>
    public static LabPacket Numbered(Packet packet, int index) =>
        Of(packet) with { IcmpId = (ushort)(packet.Protocol.IsIcmp ? index + 1 : 0) };

    public static LabPacket Of(Packet packet) => new()
    {
        Protocol = packet.Protocol.Number switch
        {
            6 => LabProtocol.Tcp,
            17 => LabProtocol.Udp,
            132 => LabProtocol.Sctp,
            1 => LabProtocol.Icmp,
            58 => LabProtocol.Icmpv6,
            var other => throw new ArgumentOutOfRangeException(nameof(packet), other, "the lab does not send this protocol"),
        },
        Source = packet.Source.ToIPAddress(),
        Destination = packet.Destination.ToIPAddress(),
        SourcePort = (ushort)(packet.SourcePort ?? 0),
        DestinationPort = (ushort)(packet.DestinationPort ?? 0),
        InInterface = packet.Entry == PacketEntry.Local ? null : packet.InInterface ?? throw new ArgumentException("a packet from the network needs an interface", nameof(packet)),
        TcpFlags = (LabTcpFlags)(int)(packet.TcpFlags ?? TcpFlags.Syn),
        IcmpType = packet.IcmpType is { } type ? (byte)type : null,
        IcmpCode = (byte)(packet.IcmpCode ?? 0),
        IcmpId = (ushort)(packet.Protocol.IsIcmp ? packet.SourcePort ?? 0 : 0),
        Ttl = (byte)(packet.Ttl ?? 64),
        Dscp = (byte)((packet.Tos ?? 0) >> 2),
        Mark = packet.Mark,
    };
}
