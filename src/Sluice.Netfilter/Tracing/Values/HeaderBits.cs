using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>The headers of a packet, as far as the question tells them: any run of bits of them.</summary>
internal static class HeaderBits
{
    private const int LongestField = 128;

    /// <summary>A field of the packet; <see cref="NftReading.Missing"/> when the packet has no such header.</summary>
    public static NftReading Read(PayloadField field, TracedPacket packet)
    {
        if (!Has(field, packet))
        {
            return NftReading.Missing.Instance;
        }

        if (field.Protocol == "th" && !packet.Protocol.HasPorts)
        {
            return NftReading.Nothing.Instance;
        }

        if (Whole(field, packet) is { } whole)
        {
            return NftReading.Of(whole);
        }

        var name = "its " + field;
        var bits = field.Type.Bits;
        if (bits is <= 0 or > LongestField || Segments(field.Base, packet) is not { } segments || IsBeyondHeaders(field))
        {
            return NftReading.Open(name, field.Type);
        }

        UInt128 value = 0;
        UInt128 known = 0;
        foreach (var segment in segments)
        {
            // Where the segment's last bit lies, counted from the field's last bit: to the left when positive.
            var shift = field.OffsetBits + bits - (segment.Offset + segment.Length);
            var mask = segment.Length == LongestField ? UInt128.MaxValue : (UInt128.One << segment.Length) - 1;
            value |= Shifted(segment.Value & mask, shift);
            known |= Shifted(mask, shift);
        }

        var all = bits == LongestField ? UInt128.MaxValue : (UInt128.One << bits) - 1;
        var unknown = all & ~known;
        return new NftReading.Bits(ValueOf(value & all, field.Type.Bytes), unknown == 0 ? null : ValueOf(unknown, field.Type.Bytes), name, IsStable: true);
    }

    // Addresses and ports, which nearly every rule asks for, without the detour over bits.
    private static NftValue? Whole(PayloadField field, TracedPacket packet) => (field.Base, field.OffsetBits, field.Type.Bits, packet.Family) switch
    {
        (PayloadBase.Network, 96, 32, IPFamily.IPv4) or (PayloadBase.Network, 64, 128, IPFamily.IPv6) when !packet.IsSourceUnknown => NftValue.Of(packet.Source),
        (PayloadBase.Network, 128, 32, IPFamily.IPv4) or (PayloadBase.Network, 192, 128, IPFamily.IPv6) when !packet.IsDestinationUnknown => NftValue.Of(packet.Destination),
        (PayloadBase.Transport, 0, 16, _) when packet is { Protocol.HasPorts: true, SourcePort: { } port } => NftValue.Of((ulong)port, 16),
        (PayloadBase.Transport, 16, 16, _) when packet is { Protocol.HasPorts: true, DestinationPort: { } port } => NftValue.Of((ulong)port, 16),
        _ => null,
    };

    // A field of a protocol asks for the protocol first; nft adds that comparison itself.
    private static bool Has(PayloadField field, TracedPacket packet) => field.Protocol switch
    {
        "ip" => packet.Family == IPFamily.IPv4,
        "ip6" => packet.Family == IPFamily.IPv6,
        "tcp" or "tcp option" => packet.Protocol == L4Protocol.Tcp,
        "udp" => packet.Protocol == L4Protocol.Udp,
        "udplite" => packet.Protocol.Number == 136,
        "sctp" or "sctp chunk" => packet.Protocol == L4Protocol.Sctp,
        "dccp" => packet.Protocol.Number == 33,
        "icmp" => packet.Protocol == L4Protocol.Icmp,
        "icmpv6" => packet.Protocol == L4Protocol.IcmpV6,
        "igmp" => packet.Protocol.Number == 2,
        "esp" => packet.Protocol.Number == 50,
        "ah" => packet.Protocol.Number == 51,
        "comp" => packet.Protocol.Number == 108,
        "arp" => false,
        _ => field.Base != PayloadBase.Link || packet.Original.Entry == PacketEntry.Network,
    };

    // Options and extension headers lie where only the packet itself could tell.
    private static bool IsBeyondHeaders(PayloadField field) =>
        field.Protocol.Contains(' ', StringComparison.Ordinal) || field.Protocol is "exthdr" or "frag" or "rt" or "hbh" or "dst" or "mh" or "vlan" or "ether";

    private static IEnumerable<Segment>? Segments(PayloadBase origin, TracedPacket packet) => origin switch
    {
        PayloadBase.Network => packet.Family == IPFamily.IPv4 ? IPv4Header(packet) : IPv6Header(packet),
        PayloadBase.Transport => TransportHeader(packet),
        _ => null,
    };

    private static IEnumerable<Segment> IPv4Header(TracedPacket packet)
    {
        yield return new(0, 4, 4);
        if (packet.Tos is { } tos)
        {
            yield return new(8, 8, (uint)tos);
        }

        if (packet.Original.Length is { } length)
        {
            yield return new(16, 16, (uint)length);
        }

        if (packet.Ttl is { } ttl)
        {
            yield return new(64, 8, (uint)ttl);
        }

        yield return new(72, 8, packet.Protocol.Number);
        if (!packet.IsSourceUnknown)
        {
            yield return new(96, 32, packet.Source.Bits);
        }

        if (!packet.IsDestinationUnknown)
        {
            yield return new(128, 32, packet.Destination.Bits);
        }
    }

    private static IEnumerable<Segment> IPv6Header(TracedPacket packet)
    {
        yield return new(0, 4, 6);
        if (packet.Tos is { } trafficClass)
        {
            yield return new(4, 8, (uint)trafficClass);
        }

        if (packet.Original.Length is { } length)
        {
            yield return new(32, 16, (uint)(length - 40));
        }

        yield return new(48, 8, packet.Protocol.Number);
        if (packet.Ttl is { } hopLimit)
        {
            yield return new(56, 8, (uint)hopLimit);
        }

        if (!packet.IsSourceUnknown)
        {
            yield return new(64, 128, packet.Source.Bits);
        }

        if (!packet.IsDestinationUnknown)
        {
            yield return new(192, 128, packet.Destination.Bits);
        }
    }

    private static IEnumerable<Segment> TransportHeader(TracedPacket packet)
    {
        if (packet.Protocol.HasPorts)
        {
            if (packet.SourcePort is { } source)
            {
                yield return new(0, 16, (uint)source);
            }

            if (packet.DestinationPort is { } destination)
            {
                yield return new(16, 16, (uint)destination);
            }
        }

        if (packet.Protocol == L4Protocol.Tcp && packet.Original.TcpFlags is { } flags)
        {
            yield return new(104, 8, (uint)flags & 0xff);
        }

        if (packet.Protocol.IsIcmp)
        {
            if (packet.Original.IcmpType is { } type)
            {
                yield return new(0, 8, (uint)type);
            }

            if (packet.Original.IcmpCode is { } code)
            {
                yield return new(8, 8, (uint)code);
            }
        }
    }

    private static UInt128 Shifted(UInt128 value, int shift) =>
        shift is >= LongestField or <= -LongestField ? 0 : shift >= 0 ? value << shift : value >> -shift;

    private static NftValue ValueOf(UInt128 number, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, number);
        return NftValue.Of(bytes[(16 - length)..]);
    }

    // Known bits of a header.
    private readonly record struct Segment(int Offset, int Length, UInt128 Value);
}
