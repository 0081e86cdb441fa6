using System.Net;
using System.Net.Sockets;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// One packet to try: what it says, and how it enters the node. Packets of one batch that are not meant to be one
/// connection need distinct source ports (TCP, UDP, SCTP) or <see cref="IcmpId"/>s, as everywhere in conntrack.
/// </summary>
public sealed record LabPacket
{
    public required LabProtocol Protocol { get; init; }

    public required IPAddress Source { get; init; }

    public required IPAddress Destination { get; init; }

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    /// <summary>The link of the node it arrives over; null: made on the node, through a raw socket, so OUTPUT sees it.</summary>
    public string? InInterface { get; init; }

    public LabTcpFlags TcpFlags { get; init; } = LabTcpFlags.Syn;

    /// <summary>TCP sequence number; null: the lab's tag (<see cref="PacketTag"/>).</summary>
    public uint? Sequence { get; init; }

    /// <summary>TCP acknowledgement number; null: the lab's tag when ACK is set.</summary>
    public uint? Acknowledgement { get; init; }

    /// <summary>ICMP type; null: echo request. For ICMPv6 that is 128.</summary>
    public byte? IcmpType { get; init; }

    public byte IcmpCode { get; init; }

    /// <summary>Echo identifier: what conntrack takes for the port of an echo.</summary>
    public ushort IcmpId { get; init; }

    /// <summary>Bytes of payload; null: 8 of the lab's tag. See <see cref="PayloadText"/> for chosen content.</summary>
    public int? PayloadLength { get; init; }

    /// <summary>ASCII put behind the tag, for string matches. Lengthens the payload when it does not fit.</summary>
    public string? PayloadText { get; init; }

    /// <summary>Whole body behind the ICMP header, for ICMP errors: the quoted packet (see <see cref="PacketWriter"/>).</summary>
    public byte[]? IcmpBody { get; init; }

    public byte Ttl { get; init; } = 64;

    public byte Dscp { get; init; }

    /// <summary>SO_MARK of a locally made packet.</summary>
    public uint Mark { get; init; }

    /// <summary>User id the local socket belongs to, for the owner match.</summary>
    public uint Uid { get; init; }

    /// <summary>Group id the local socket belongs to.</summary>
    public uint Gid { get; init; }

    /// <summary>A wrong transport checksum makes conntrack call the packet INVALID in PREROUTING.</summary>
    public bool CorruptChecksum { get; init; }

    public LabFamily Family =>
        Destination.AddressFamily == AddressFamily.InterNetworkV6 ? LabFamily.IPv6 : LabFamily.IPv4;

    public bool IsEcho => Protocol switch
    {
        LabProtocol.Icmp => IcmpType is null or 0 or 8,
        LabProtocol.Icmpv6 => IcmpType is null or 128 or 129,
        _ => false,
    };

    internal byte EffectiveIcmpType => IcmpType ?? (byte)(Protocol == LabProtocol.Icmpv6 ? 128 : 8);
}
