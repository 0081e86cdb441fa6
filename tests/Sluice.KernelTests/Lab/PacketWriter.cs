using System.Buffers.Binary;
using System.Text;

namespace Sluice.KernelTests.Lab;

/// <summary>Turns a <see cref="LabPacket"/> into bytes from the IP header on, tagged (<see cref="PacketTag"/>).</summary>
internal static class PacketWriter
{
    internal static byte[] Write(LabPacket packet, ushort tag)
    {
        var transport = packet.Protocol switch
        {
            LabProtocol.Tcp => Tcp(packet, tag),
            LabProtocol.Udp => Udp(packet, tag),
            LabProtocol.Sctp => SctpInit(packet, tag),
            _ => Icmp(packet, tag),
        };
        Checksum(packet, transport);
        var header = packet.Family == LabFamily.IPv4 ? IPv4(packet, tag, transport.Length) : IPv6(packet, tag, transport.Length);
        return [.. header, .. transport];
    }

    private static byte[] IPv4(LabPacket packet, ushort tag, int length)
    {
        var h = new byte[20];
        h[0] = 0x45;
        h[1] = (byte)(packet.Dscp << 2);
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(2), (ushort)(20 + length));
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(4), tag);
        h[6] = 0x40; // do not fragment
        h[8] = packet.Ttl;
        h[9] = (byte)packet.Protocol;
        packet.Source.GetAddressBytes().CopyTo(h, 12);
        packet.Destination.GetAddressBytes().CopyTo(h, 16);
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(10), Checksums.Fold(Checksums.Add(0, h)));
        return h;
    }

    private static byte[] IPv6(LabPacket packet, ushort tag, int length)
    {
        var h = new byte[40];
        BinaryPrimitives.WriteUInt32BigEndian(h, 0x60000000u | ((uint)packet.Dscp << 22) | tag);
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(4), (ushort)length);
        h[6] = (byte)packet.Protocol;
        h[7] = packet.Ttl;
        packet.Source.GetAddressBytes().CopyTo(h, 8);
        packet.Destination.GetAddressBytes().CopyTo(h, 24);
        return h;
    }

    private static byte[] Tcp(LabPacket packet, ushort tag)
    {
        // A SYN carries an MSS option, as every real one does: TCPMSS and tcpmss look for it.
        var header = (packet.TcpFlags & LabTcpFlags.Syn) != LabTcpFlags.None ? 24 : 20;
        byte[] h = [.. new byte[header], .. Payload(packet, tag)];
        Ports(packet, h);
        BinaryPrimitives.WriteUInt32BigEndian(h.AsSpan(4), packet.Sequence ?? PacketTag.ToSequence(tag));
        var ack = (packet.TcpFlags & LabTcpFlags.Ack) != LabTcpFlags.None ? PacketTag.ToSequence(tag) : 0;
        BinaryPrimitives.WriteUInt32BigEndian(h.AsSpan(8), packet.Acknowledgement ?? ack);
        h[12] = (byte)(header / 4 << 4);
        h[13] = (byte)packet.TcpFlags;
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(14), 64240);
        if (header == 24)
        {
            h[20] = 2;
            h[21] = 4;
            BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(22), 1460);
        }

        return h;
    }

    private static byte[] Udp(LabPacket packet, ushort tag)
    {
        byte[] h = [.. new byte[8], .. Payload(packet, tag)];
        Ports(packet, h);
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(4), (ushort)h.Length);
        return h;
    }

    private static byte[] SctpInit(LabPacket packet, ushort tag)
    {
        var h = new byte[32];
        Ports(packet, h);
        h[12] = 1; // chunk INIT, its verification tag is 0
        BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(14), 20);
        BinaryPrimitives.WriteUInt32BigEndian(h.AsSpan(16), PacketTag.ToSequence(tag));
        BinaryPrimitives.WriteUInt32BigEndian(h.AsSpan(20), 65536);
        h[25] = 1;
        h[27] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(h.AsSpan(28), 1);
        return h;
    }

    private static byte[] Icmp(LabPacket packet, ushort tag)
    {
        byte[] h = [.. new byte[8], .. packet.IcmpBody ?? Payload(packet, tag)];
        h[0] = packet.EffectiveIcmpType;
        h[1] = packet.IcmpCode;
        if (packet.IsEcho)
        {
            BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(4), packet.IcmpId);
            BinaryPrimitives.WriteUInt16BigEndian(h.AsSpan(6), tag);
        }

        return h;
    }

    private static void Ports(LabPacket packet, Span<byte> header)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header, packet.SourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], packet.DestinationPort);
    }

    private static byte[] Payload(LabPacket packet, ushort tag)
    {
        var text = packet.PayloadText is null ? [] : Encoding.ASCII.GetBytes(packet.PayloadText);
        var payload = new byte[Math.Max(packet.PayloadLength ?? 8, text.Length == 0 ? 0 : 8 + text.Length)];
        if (payload.Length >= 8)
        {
            BinaryPrimitives.WriteUInt32BigEndian(payload, PacketTag.Magic);
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(4), tag);
            BinaryPrimitives.WriteUInt16BigEndian(payload.AsSpan(6), tag);
            text.CopyTo(payload, 8);
        }

        return payload;
    }

    private static void Checksum(LabPacket packet, Span<byte> transport)
    {
        var broken = (ushort)(packet.CorruptChecksum ? 0x5555 : 0);
        if (packet.Protocol == LabProtocol.Sctp)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(transport[8..], Checksums.Crc32C(transport) ^ broken);
            return;
        }

        var sum = Checksums.Add(0, transport);
        if (packet.Protocol != LabProtocol.Icmp)
        {
            sum = Checksums.Add(sum, packet.Source.GetAddressBytes());
            sum = Checksums.Add(sum, packet.Destination.GetAddressBytes());
            sum += (uint)transport.Length + (uint)packet.Protocol;
        }

        var offset = packet.Protocol switch { LabProtocol.Tcp => 16, LabProtocol.Udp => 6, _ => 2 };
        var value = (ushort)(Checksums.Fold(sum) ^ broken);

        // 0 means "no checksum" in UDP; its other spelling is all ones.
        value = value == 0 && packet.Protocol == LabProtocol.Udp ? ushort.MaxValue : value;
        BinaryPrimitives.WriteUInt16BigEndian(transport[offset..], value);
    }
}
