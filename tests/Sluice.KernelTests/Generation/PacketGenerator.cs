using Sluice.Net;

namespace Sluice.KernelTests.Generation;

/// <summary>Packets from and to the addresses of the pool, each a connection of its own.</summary>
internal sealed class PacketGenerator(Random random, IPFamily family)
{
    /// <summary>The first source port; each packet has the next one.</summary>
    public const int FirstSourcePort = 20_000;

    private readonly AddressPool _pool = AddressPool.Of(family);
    private int _next = FirstSourcePort;

    public Packet Next()
    {
        var isLocal = random.Chance(0.35);
        var link = random.Pick(AddressPool.Links);
        var source = isLocal ? random.Pick(_pool.Node)
            : link == "cni0" ? random.Pick(_pool.Pods)
            : random.Pick(_pool.Outside);
        var packet = new Packet(Protocol(), source, Destination(isLocal))
        {
            SourcePort = _next++,
            Entry = isLocal ? PacketEntry.Local : PacketEntry.Network,
            InInterface = isLocal ? null : link,
            Mark = isLocal && random.Chance(0.2) ? random.Pick(AddressPool.Marks) : 0,
            Ttl = 64,
            Tos = random.Pick([0, 0, 0x10, 0xb8]),
        };
        return packet.Protocol.IsIcmp ? Icmp(packet) : Ports(packet);
    }

    private L4Protocol Protocol() => random.Next(10) switch
    {
        < 5 => L4Protocol.Tcp,
        < 8 => L4Protocol.Udp,
        8 => L4Protocol.Sctp,
        _ => family == IPFamily.IPv4 ? L4Protocol.Icmp : L4Protocol.IcmpV6,
    };

    private NetAddress Destination(bool isLocal) => random.Next(10) switch
    {
        < 5 => random.Pick(_pool.Services),
        < 7 => random.Pick(_pool.Node),
        < 9 => random.Pick(_pool.Pods),
        _ => random.Pick(isLocal ? _pool.Outside : _pool.Pods),
    };

    // What nf_conntrack makes of a first packet with these flags (tcp_loose is on).
    private Packet Ports(Packet packet)
    {
        packet = packet with { DestinationPort = random.Pick(AddressPool.Ports) };
        if (packet.Protocol != L4Protocol.Tcp)
        {
            return packet;
        }

        return random.Next(12) switch
        {
            0 => packet with { TcpFlags = TcpFlags.Ack },
            1 => packet with { TcpFlags = TcpFlags.Syn | TcpFlags.Ack, State = ConnectionState.Invalid },
            2 => packet with { TcpFlags = TcpFlags.Fin | TcpFlags.Ack, State = ConnectionState.Invalid },
            _ => packet with { TcpFlags = TcpFlags.Syn },
        };
    }

    private Packet Icmp(Packet packet)
    {
        var isReply = random.Chance(0.2);
        var (request, reply) = family == IPFamily.IPv4 ? (8, 0) : (128, 129);
        return packet with
        {
            SourcePort = null,
            IcmpType = isReply ? reply : request,
            IcmpCode = 0,
            State = isReply ? ConnectionState.Invalid : ConnectionState.New,
        };
    }
}
