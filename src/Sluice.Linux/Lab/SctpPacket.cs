using System.Buffers.Binary;
using System.Numerics;

namespace Sluice.Linux.Lab;

/// <summary>
/// An SCTP packet of one chunk (RFC 9260, section 3): INIT, which opens an association, or INIT ACK, its answer, with a text where the
/// state cookie belongs.
/// </summary>
/// <param name="Chunk">The type of the chunk.</param>
/// <param name="SourcePort">Source port.</param>
/// <param name="DestinationPort">Destination port.</param>
/// <param name="VerificationTag">0 for INIT, else the tag the receiver named.</param>
/// <param name="InitiateTag">The tag that the sender wants to be called by.</param>
internal sealed record SctpPacket(byte Chunk, ushort SourcePort, ushort DestinationPort, uint VerificationTag, uint InitiateTag)
{
    internal const byte Init = 1;
    internal const byte InitAck = 2;

    private const int CommonHeader = 12;
    private const int InitChunk = 20;
    private const int ParameterHeader = 4;
    private const ushort StateCookie = 7;

    /// <summary>The content of the state cookie; empty for INIT.</summary>
    internal byte[] Cookie { get; init; } = [];

    /// <summary>Reads a packet; null when it is no INIT and no INIT ACK.</summary>
    internal static SctpPacket? Read(ReadOnlySpan<byte> packet)
    {
        if (packet.Length < CommonHeader + InitChunk || packet[CommonHeader] is not (Init or InitAck))
        {
            return null;
        }

        var cookie = packet[(CommonHeader + InitChunk)..];
        return new SctpPacket(
            packet[CommonHeader],
            BinaryPrimitives.ReadUInt16BigEndian(packet),
            BinaryPrimitives.ReadUInt16BigEndian(packet[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(packet[(CommonHeader + 4)..]))
        {
            Cookie = cookie.Length > ParameterHeader ? cookie[ParameterHeader..].ToArray() : [],
        };
    }

    /// <summary>The packet with its checksum.</summary>
    internal byte[] Write()
    {
        var parameter = Cookie.Length == 0 ? 0 : ParameterHeader + Cookie.Length;
        var packet = new byte[CommonHeader + InitChunk + ((parameter + 3) & ~3)];
        BinaryPrimitives.WriteUInt16BigEndian(packet, SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), DestinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), VerificationTag);

        var chunk = packet.AsSpan(CommonHeader);
        chunk[0] = Chunk;
        BinaryPrimitives.WriteUInt16BigEndian(chunk[2..], (ushort)(InitChunk + parameter));
        BinaryPrimitives.WriteUInt32BigEndian(chunk[4..], InitiateTag);
        BinaryPrimitives.WriteUInt32BigEndian(chunk[8..], 0x10000); // advertised window
        BinaryPrimitives.WriteUInt16BigEndian(chunk[12..], 1); // outbound streams
        BinaryPrimitives.WriteUInt16BigEndian(chunk[14..], 1); // inbound streams
        BinaryPrimitives.WriteUInt32BigEndian(chunk[16..], InitiateTag); // first sequence number
        if (parameter > 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(chunk[InitChunk..], StateCookie);
            BinaryPrimitives.WriteUInt16BigEndian(chunk[(InitChunk + 2)..], (ushort)parameter);
            Cookie.CopyTo(chunk[(InitChunk + ParameterHeader)..]);
        }

        // CRC32c over the packet with a zero checksum, sent with its lowest byte first (RFC 9260, appendix A).
        var crc = uint.MaxValue;
        foreach (var value in packet)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(packet.AsSpan(8), ~crc);
        return packet;
    }
}
