using System.Buffers.Binary;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>Chooses a new connection's translation as the kernel does (net/netfilter/nf_nat_core.c, nf_nat_redirect.c, nf_nat_masquerade.c).</summary>
internal static class Translation
{
    /// <summary>Translates the packet and its connection; false when the kernel drops it for want of an address.</summary>
    public static bool Apply(Branch branch, NatSpec nat, NodeSnapshot node)
    {
        var packet = branch.Packet;
        var isDestinationHook = Settle(branch);
        switch (nat.Kind)
        {
            case NatKind.Destination:
                SetDestination(packet, PickAddress(nat, packet, packet.Destination, isSource: false), PickPort(nat, packet.DestinationPort, isSource: false));
                return true;
            case NatKind.Redirect:
                Redirect(packet, nat, node);
                return true;
            case NatKind.Source:
                var source = PickAddress(nat, packet, packet.Source, isSource: true);
                branch.Masqueraded |= source != packet.Source && node.IsLocal(source);
                SetSource(packet, source, PickPort(nat, packet.SourcePort, isSource: true));
                return true;
            case NatKind.Masquerade:
                branch.Masqueraded = true;
                return Masquerade(branch, node, nat.Ports, nat.Flags);
            case NatKind.Netmap when nat.Network is { } network:
                if (isDestinationHook)
                {
                    SetDestination(packet, MapInto(network, packet.Destination), packet.DestinationPort);
                }
                else
                {
                    SetSource(packet, MapInto(network, packet.Source), packet.SourcePort);
                }

                return true;
            default:
                return true;
        }
    }

    /// <summary>Translates the packet to an address and port that the snapshot does not tell.</summary>
    public static void ApplyUntold(Branch branch, NatKind kind, string where)
    {
        var packet = branch.Packet;
        Settle(branch);
        if (kind is NatKind.Source or NatKind.Masquerade)
        {
            packet.IsSourceUnknown = true;
            packet.IsSnat = true;
            packet.SourcePort = null;
            packet.ReplyDestinationPort = null;
            return;
        }

        packet.IsDestinationUnknown = true;
        packet.DestinationMap = where;
        packet.IsDnat = true;
        packet.DestinationPort = null;
        packet.ReplySourcePort = null;
    }

    // A connection's translation at this hook is now decided. Whether the hook is one for destinations.
    private static bool Settle(Branch branch)
    {
        var isDestinationHook = branch.Packet.Hook is Hook.Prerouting or Hook.Output;
        branch.DestinationChosen |= isDestinationHook;
        branch.SourceChosen |= !isDestinationHook;
        return isDestinationHook;
    }

    /// <summary>Gives the packet the address of the interface it leaves by; false when that interface is known to have none.</summary>
    public static bool Masquerade(Branch branch, NodeSnapshot node, PortRange? ports, NatFlags flags)
    {
        var packet = branch.Packet;
        var spec = new NatSpec(NatKind.Masquerade, null, null, ports, flags);
        var port = PickPort(spec, packet.SourcePort, isSource: true);
        var name = packet.OutInterface;
        if (name is null || node.Interfaces?.Find(name) is null)
        {
            packet.IsSourceUnknown = true;
            packet.IsSnat = true;
            packet.SourcePort = port;
            packet.ReplyDestinationPort = port;
            return true;
        }

        if (node.Interfaces.SelectSource(name, branch.Gateway ?? packet.Destination) is not { } address)
        {
            return false;
        }

        SetSource(packet, address, port);
        return true;
    }

    private static void Redirect(TracedPacket packet, NatSpec nat, NodeSnapshot node)
    {
        var port = PickPort(nat, packet.DestinationPort, isSource: false);
        if (packet.Hook == Hook.Output || packet.InInterface == "lo")
        {
            SetDestination(packet, packet.Family == IPFamily.IPv4 ? NetAddress.V4(0x7f000001) : NetAddress.V6(1), port);
        }
        else if (packet.InInterface is { } name && FirstAddress(node, name, packet) is { } address)
        {
            SetDestination(packet, address, port);
        }
        else
        {
            SetDestination(packet, packet.Destination, port);
            packet.IsDestinationUnknown = true;
            packet.IsDnat = true;
        }
    }

    private static NetAddress? FirstAddress(NodeSnapshot node, string name, TracedPacket packet)
    {
        var addresses = node.Interfaces?.Find(name)?.Addresses.Where(a => a.Address.Family == packet.Family) ?? [];
        if (packet.Family == IPFamily.IPv6)
        {
            // Link-local destinations stay on the link, others need an address of wider scope.
            addresses = addresses.Where(a => a.Address.IsLinkLocal == packet.Destination.IsLinkLocal);
        }

        return addresses.FirstOrDefault()?.Address;
    }

    private static void SetDestination(TracedPacket packet, NetAddress address, int? port)
    {
        packet.IsDnat |= address != packet.Destination || port != packet.DestinationPort;
        packet.Destination = address;
        packet.DestinationPort = port;
        packet.ReplySource = address;
        packet.ReplySourcePort = port;
    }

    private static void SetSource(TracedPacket packet, NetAddress address, int? port)
    {
        packet.IsSnat |= address != packet.Source || port != packet.SourcePort;
        packet.Source = address;
        packet.SourcePort = port;
        packet.ReplyDestination = address;
        packet.ReplyDestinationPort = port;
    }

    private static NetAddress MapInto(Prefix network, NetAddress address) =>
        address with { Bits = (address.Bits & ~network.Mask) | network.Address.Bits };

    // find_best_ips_proto: a hash of the addresses picks from the range, so a client keeps its translation.
    private static NetAddress PickAddress(NatSpec nat, TracedPacket packet, NetAddress current, bool isSource)
    {
        if (nat.First is not { } first || nat.Last is not { } last)
        {
            return current;
        }

        if (first == last)
        {
            return first;
        }

        // A source that is in the range already is kept (get_unique_tuple), unless its port is to be drawn at random.
        if (isSource && (nat.Flags & (NatFlags.Random | NatFlags.RandomFully)) == 0 &&
            current.Bits >= first.Bits && current.Bits <= last.Bits && PortIsIn(nat, packet.SourcePort))
        {
            return current;
        }

        Span<uint> words = stackalloc uint[4];
        Words(packet.Source, words);
        Span<uint> destination = stackalloc uint[4];
        Words(packet.Destination, destination);
        var max = first.Family == IPFamily.IPv4 ? 0 : 3;
        var isPersistent = nat.Flags.HasFlag(NatFlags.Persistent);
        var hash = JenkinsHash.Hash(words, isPersistent ? 0 : destination[max]);
        UInt128 result = 0;
        var isFullRange = false;
        for (var i = 0; i <= max; i++)
        {
            var shift = 32 * (max - i);
            var low = isFullRange ? 0 : (uint)(first.Bits >> shift);
            var high = (uint)(last.Bits >> shift);
            var distance = isFullRange ? uint.MaxValue : high - low + 1;
            var word = low + (uint)(((ulong)hash * distance) >> 32);
            result |= (UInt128)word << shift;
            isFullRange |= word != high;
            if (!isPersistent)
            {
                hash ^= destination[i];
            }
        }

        return first with { Bits = result };
    }

    // The kernel hashes the addresses as they stand in memory: network order read as machine words.
    private static void Words(NetAddress address, Span<uint> words)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.Family == IPFamily.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)address.Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, address.Bits);
        }

        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(bytes).CopyTo(words);
    }

    private static bool PortIsIn(NatSpec nat, int? port) => nat.Ports is not { } ports || (port is { } number && ports.Contains(number));

    // nf_nat_l4proto_unique_tuple: a port in the range is kept; else the first one for DNAT, a random one for SNAT.
    private static int? PickPort(NatSpec nat, int? current, bool isSource)
    {
        if (current is not { } port)
        {
            return null;
        }

        var isRandom = (nat.Flags & (NatFlags.Random | NatFlags.RandomFully)) != 0;
        if (nat.Ports is not { } ports)
        {
            return isRandom && isSource ? null : current;
        }

        if (ports.First == ports.Last)
        {
            return ports.First;
        }

        if (nat.BasePort is { } basePort)
        {
            var offset = (port - basePort) % (ports.Last - ports.First + 1);
            return ports.First + (offset < 0 ? offset + ports.Last - ports.First + 1 : offset);
        }

        return !isRandom && ports.Contains(port) ? current : isSource || isRandom ? null : ports.First;
    }
}
