using System.Buffers.Binary;
using System.Net;

namespace Sluice.KernelTests.Lab;

/// <summary>What a captured packet says, read from its bytes; parts that were cut off are zero.</summary>
public sealed record PacketView
{
    public required LabFamily Family { get; init; }

    public required LabProtocol Protocol { get; init; }

    public required IPAddress Source { get; init; }

    public required IPAddress Destination { get; init; }

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public LabTcpFlags TcpFlags { get; init; }

    public uint Sequence { get; init; }

    public uint Acknowledgement { get; init; }

    public byte IcmpType { get; init; }

    public byte IcmpCode { get; init; }

    public ushort IcmpId { get; init; }

    public ushort IcmpSequence { get; init; }

    public byte Ttl { get; init; }

    public byte Dscp { get; init; }

    /// <summary>IPv4 identification, or the low 16 bits of the IPv6 flow label.</summary>
    public ushort Identification { get; init; }

    /// <summary>The packet an ICMP error quotes.</summary>
    public PacketView? Quoted { get; init; }

    /// <summary>The tag in the payload of UDP or the INIT of SCTP; 0 when there is none.</summary>
    internal ushort PayloadTag { get; init; }

    /// <summary>The packet from its IP header on, where all of it was captured.</summary>
    public byte[] Bytes { get; init; } = [];

    public bool IsIcmpError => Quoted is not null;

    /// <summary>Reads a packet from its IP header on; null when it is none.</summary>
    public static PacketView? Read(ReadOnlySpan<byte> packet) => Read(packet, packet.Length < 20 ? [] : Transport(packet));

    /// <summary>The same when network and transport headers come apart, as in trace messages.</summary>
    internal static PacketView? Read(ReadOnlySpan<byte> network, ReadOnlySpan<byte> transport)
    {
        if (network.Length < 20)
        {
            return null;
        }

        var four = network[0] >> 4 == 4;
        if (!four && (network[0] >> 4 != 6 || network.Length < 40))
        {
            return null;
        }

        var first = BinaryPrimitives.ReadUInt32BigEndian(network);
        var view = new PacketView
        {
            Family = four ? LabFamily.IPv4 : LabFamily.IPv6,
            Protocol = (LabProtocol)network[four ? 9 : 6],
            Source = new IPAddress(four ? network[12..16] : network[8..24]),
            Destination = new IPAddress(four ? network[16..20] : network[24..40]),
            Ttl = network[four ? 8 : 7],
            Dscp = (byte)((four ? network[1] : (int)(first >> 20)) >> 2 & 0x3f),
            Identification = four ? BinaryPrimitives.ReadUInt16BigEndian(network[4..]) : (ushort)first,
        };
        return transport.Length < 8 ? view : view.WithTransport(transport);
    }

    private PacketView WithTransport(ReadOnlySpan<byte> t)
    {
        if (Protocol is LabProtocol.Icmp or LabProtocol.Icmpv6)
        {
            return this with
            {
                IcmpType = t[0],
                IcmpCode = t[1],
                IcmpId = BinaryPrimitives.ReadUInt16BigEndian(t[4..]),
                IcmpSequence = BinaryPrimitives.ReadUInt16BigEndian(t[6..]),
                Quoted = IsError(Protocol, t[0]) ? Read(t[8..]) : null,
            };
        }

        var view = this with
        {
            SourcePort = BinaryPrimitives.ReadUInt16BigEndian(t),
            DestinationPort = BinaryPrimitives.ReadUInt16BigEndian(t[2..]),
        };
        return Protocol switch
        {
            LabProtocol.Tcp => view with
            {
                Sequence = BinaryPrimitives.ReadUInt32BigEndian(t[4..]),
                Acknowledgement = t.Length < 12 ? 0 : BinaryPrimitives.ReadUInt32BigEndian(t[8..]),
                TcpFlags = t.Length < 14 ? LabTcpFlags.None : (LabTcpFlags)(t[13] & 0x3f),
            },
            LabProtocol.Udp when t.Length >= 14 && BinaryPrimitives.ReadUInt32BigEndian(t[8..]) == PacketTag.Magic =>
                view with { PayloadTag = BinaryPrimitives.ReadUInt16BigEndian(t[12..]) },
            LabProtocol.Sctp when t.Length >= 20 =>
                view with { PayloadTag = BinaryPrimitives.ReadUInt16BigEndian(t[16..]) },
            _ => view,
        };
    }

    private static bool IsError(LabProtocol protocol, byte type) =>
        protocol == LabProtocol.Icmp ? type is 3 or 4 or 5 or 11 or 12 : type is >= 1 and <= 4;

    private static ReadOnlySpan<byte> Transport(ReadOnlySpan<byte> packet)
    {
        var start = packet[0] >> 4 == 4 ? (packet[0] & 0xf) * 4 : 40;
        return start <= packet.Length ? packet[start..] : [];
    }
}
