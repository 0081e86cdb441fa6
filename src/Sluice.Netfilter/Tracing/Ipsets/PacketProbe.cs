using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Tracing.Ipsets;

/// <summary>What a packet has at one dimension of an ipset's type, as far as it is known.</summary>
internal abstract record PacketProbe
{
    private PacketProbe()
    {
    }

    /// <summary>It has nothing there: no entry can be right for it.</summary>
    public sealed record Nothing : PacketProbe
    {
        public static readonly Nothing Instance = new();
    }

    /// <summary>It has something that neither snapshot nor question tell.</summary>
    public sealed record Unknown : PacketProbe
    {
        public static readonly Unknown Instance = new();
    }

    /// <summary>It has this.</summary>
    public sealed record Known(IpSetProbe Probe) : PacketProbe;

    /// <summary>What the packet has at a dimension.</summary>
    public static PacketProbe Of(IpSet set, IpSetDimension dimension, PacketEnd end, TracedPacket packet) => dimension switch
    {
        IpSetDimension.IP => Address(set, end, packet),
        IpSetDimension.Net => AddressOf(end, packet) is { } address ? new Known(IpSetProbe.Of(address)) : Unknown.Instance,
        IpSetDimension.Port => set.Type.Method == IpSetMethod.Bitmap ? BitmapPort(end, packet) : Port(end, packet),
        IpSetDimension.Mark => Mark(set, packet),
        IpSetDimension.Mac => HasHardwareAddress(packet) ? new Known(default) : Nothing.Instance,
        IpSetDimension.Iface => Interface(end, packet),
        _ => throw new System.Diagnostics.UnreachableException(dimension.ToString()),
    };

    private static NetAddress? AddressOf(PacketEnd end, TracedPacket packet) => end == PacketEnd.Source
        ? packet.IsSourceUnknown ? null : packet.Source
        : packet.IsDestinationUnknown ? null : packet.Destination;

    // hash_ip4_kadt, hash_ipport4_kadt: no entry for what is 0 under the netmask.
    private static PacketProbe Address(IpSet set, PacketEnd end, TracedPacket packet)
    {
        if (AddressOf(end, packet) is not { } address)
        {
            return Unknown.Instance;
        }

        return set.Type.Method == IpSetMethod.Hash && set.Masked(address).IsUnspecified ? Nothing.Instance : new Known(IpSetProbe.Of(address));
    }

    // ip_set_get_ip_port: only of TCP and UDP.
    private static PacketProbe BitmapPort(PacketEnd end, TracedPacket packet) =>
        packet.Protocol != L4Protocol.Tcp && packet.Protocol != L4Protocol.Udp ? Nothing.Instance
        : PortOf(end, packet) is { } port ? new Known(IpSetProbe.OfPort(null, port))
        : Unknown.Instance;

    // get_port in ip_set_getport.c: ICMP has type and code there, protocols without ports 0.
    private static PacketProbe Port(PacketEnd end, TracedPacket packet)
    {
        if (packet.Protocol.IsIcmp)
        {
            return packet.Original is { IcmpType: { } type, IcmpCode: { } code }
                ? new Known(IpSetProbe.OfPort(packet.Protocol, (type << 8) | code))
                : Unknown.Instance;
        }

        // DCCP has ports, but the kernel does not look for them here.
        var hasPort = packet.Protocol.HasPorts && packet.Protocol.Number != Dccp;
        return !hasPort ? new Known(IpSetProbe.OfPort(packet.Protocol, 0))
            : PortOf(end, packet) is { } port ? new Known(IpSetProbe.OfPort(packet.Protocol, port))
            : Unknown.Instance;
    }

    private const int Dccp = 33;

    private static int? PortOf(PacketEnd end, TracedPacket packet) => end == PacketEnd.Source ? packet.SourcePort : packet.DestinationPort;

    private static PacketProbe Mark(IpSet set, TracedPacket packet)
    {
        var mask = set.MarkMask ?? uint.MaxValue;
        return (packet.UnknownMark & mask) != 0 ? Unknown.Instance : new Known(IpSetProbe.OfNumber(packet.Mark & mask));
    }

    private static bool HasHardwareAddress(TracedPacket packet) => packet.Original.Entry != PacketEntry.Local && packet.InInterface != "lo";

    // A hook that has no interface of that direction finds nothing.
    private static PacketProbe Interface(PacketEnd end, TracedPacket packet) =>
        (end == PacketEnd.Source ? packet.InInterface : packet.OutInterface) == "" ? Nothing.Instance : new Known(default);
}
