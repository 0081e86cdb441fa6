using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>What the kernel knows of a packet besides its bytes (net/netfilter/nft_meta.c).</summary>
internal static class MetaValues
{
    private const ulong LoopbackDeviceType = 772;
    private const ulong EtherTypeIPv4 = 0x0800;
    private const ulong EtherTypeIPv6 = 0x86dd;
    private const ulong ProtocolFamilyIPv4 = 2;
    private const ulong ProtocolFamilyIPv6 = 10;

    public static NftReading Read(NftExpression.Meta meta, TracedPacket packet) => meta.Key switch
    {
        "mark" => Mark(packet),
        "l4proto" => Number(packet.Protocol.Number, meta.Type),
        "nfproto" => Number(packet.Family == IPFamily.IPv4 ? ProtocolFamilyIPv4 : ProtocolFamilyIPv6, meta.Type),
        "protocol" => Number(packet.Family == IPFamily.IPv4 ? EtherTypeIPv4 : EtherTypeIPv6, meta.Type),
        "iifname" => Name(packet.InInterface, InterfaceDirection.In),
        "oifname" => Name(packet.OutInterface, InterfaceDirection.Out),
        "iif" => Index(packet, packet.InInterface, InterfaceDirection.In, meta.Type),
        "oif" => Index(packet, packet.OutInterface, InterfaceDirection.Out, meta.Type),
        "iiftype" => OfDevice(packet.InInterface, meta),
        "oiftype" => OfDevice(packet.OutInterface, meta),
        "iifgroup" or "iifkind" => packet.InInterface == "" ? NftReading.Missing.Instance : Open(meta),
        "oifgroup" or "oifkind" => packet.OutInterface == "" ? NftReading.Missing.Instance : Open(meta),
        "length" when packet.Original.Length is { } length => Number((ulong)length, meta.Type),
        "priority" => Number(packet.Priority, meta.Type),
        "pkttype" => Number(PacketType(packet), meta.Type),
        "skuid" or "skgid" when packet.Original.Entry != PacketEntry.Local => NftReading.Missing.Instance,
        "random" => new NftReading.Drawn(0, 1UL << 32),
        _ => Open(meta),
    };

    private static NftReading Mark(TracedPacket packet) => new NftReading.Bits(
        NftValue.Of(packet.Mark & ~packet.UnknownMark, 32),
        packet.UnknownMark == 0 ? null : NftValue.Of(packet.UnknownMark, 32),
        "its packet mark",
        IsStable: true);

    // Without a device the kernel compares an empty name and number 0.
    private static NftReading Name(string? name, InterfaceDirection direction) =>
        name is null ? new NftReading.Interface(direction) : NftReading.Of(NftValue.OfText(name, NftInterface.NameLength));

    // Dumps name the interface; only netlink tells its number.
    private static NftReading Index(TracedPacket packet, string? name, InterfaceDirection direction, NftType type) =>
        name is null ? new NftReading.Interface(direction)
        : type.Bytes == NftInterface.NameLength ? Name(name, direction)
        : name.Length == 0 ? Number(0, type)
        : NftInterface.IndexOf(packet.Node, name) is > 0 and var index ? Number((ulong)index, type)
        : NftReading.Open(direction == InterfaceDirection.In ? "its incoming interface" : "its outgoing interface", type);

    private static NftReading OfDevice(string? name, NftExpression.Meta meta) => name switch
    {
        "" => NftReading.Missing.Instance,
        "lo" => Number(LoopbackDeviceType, meta.Type),
        _ => Open(meta),
    };

    // PACKET_HOST, PACKET_BROADCAST, PACKET_MULTICAST (linux/if_packet.h).
    private static ulong PacketType(TracedPacket packet) => PacketTypeMatch.TypeOf(packet) switch
    {
        AddressTypes.Broadcast => 1,
        AddressTypes.Multicast => 2,
        _ => 0,
    };

    private static NftReading Number(ulong number, NftType type) => NftReading.Of(NftValue.Of(number, type.Bits));

    private static NftReading Open(NftExpression.Meta meta) => NftReading.Open("meta " + meta.Key, meta.Type);
}
