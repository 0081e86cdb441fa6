using System.Runtime.InteropServices;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>Writes virtual and real servers as attributes of IPVS.</summary>
internal static class ServerWriter
{
    /// <summary>What tells a virtual server from others.</summary>
    internal static void WriteKey(NetlinkWriter writer, VirtualServerKey key)
    {
        var service = writer.BeginNest(IpvsNumbers.IPVS_CMD_ATTR_SERVICE);
        WriteKeyAttributes(writer, key);
        writer.EndNest(service);
    }

    /// <summary>A whole virtual server, without its real servers.</summary>
    internal static void WriteServer(NetlinkWriter writer, VirtualServer server)
    {
        var service = writer.BeginNest(IpvsNumbers.IPVS_CMD_ATTR_SERVICE);
        var family = WriteKeyAttributes(writer, server.Key);
        writer.Text(IpvsNumbers.IPVS_SVC_ATTR_SCHED_NAME, server.Scheduler);
        if (server.PersistenceEngine is { } engine)
        {
            writer.Text(IpvsNumbers.IPVS_SVC_ATTR_PE_NAME, engine);
        }

        // struct ip_vs_flags: the flags, and which of them are said.
        var flags = writer.Attribute(IpvsNumbers.IPVS_SVC_ATTR_FLAGS, 2 * sizeof(uint));
        MemoryMarshal.Write(flags, (uint)server.SchedulerFlags | (server.PersistenceSeconds is null ? 0 : IpvsNumbers.IP_VS_SVC_F_PERSISTENT) |
            (server.SchedulesEachPacket ? IpvsNumbers.IP_VS_SVC_F_ONEPACKET : 0));
        MemoryMarshal.Write(flags[sizeof(uint)..], uint.MaxValue);
        writer.HostUInt32(IpvsNumbers.IPVS_SVC_ATTR_TIMEOUT, (uint)server.PersistenceSeconds.GetValueOrDefault());

        // A mask for IPv4, a length for IPv6.
        if (family == IPFamily.IPv4)
        {
            writer.UInt32(IpvsNumbers.IPVS_SVC_ATTR_NETMASK, server.PersistencePrefixLength is { } bits ? uint.MaxValue << (32 - bits) : uint.MaxValue);
        }
        else
        {
            writer.HostUInt32(IpvsNumbers.IPVS_SVC_ATTR_NETMASK, (uint)(server.PersistencePrefixLength ?? 128));
        }

        writer.EndNest(service);
    }

    /// <summary>What tells a real server from others of its virtual server.</summary>
    internal static void WriteRealKey(NetlinkWriter writer, RealServer real)
    {
        var destination = writer.BeginNest(IpvsNumbers.IPVS_CMD_ATTR_DEST);
        WriteRealKeyAttributes(writer, real);
        writer.EndNest(destination);
    }

    /// <summary>A whole real server.</summary>
    internal static void WriteReal(NetlinkWriter writer, RealServer real)
    {
        var destination = writer.BeginNest(IpvsNumbers.IPVS_CMD_ATTR_DEST);
        WriteRealKeyAttributes(writer, real);
        writer.HostUInt32(IpvsNumbers.IPVS_DEST_ATTR_FWD_METHOD, (uint)real.Method);
        writer.HostUInt32(IpvsNumbers.IPVS_DEST_ATTR_WEIGHT, (uint)real.Weight);
        writer.HostUInt32(IpvsNumbers.IPVS_DEST_ATTR_U_THRESH, real.UpperThreshold);
        writer.HostUInt32(IpvsNumbers.IPVS_DEST_ATTR_L_THRESH, real.LowerThreshold);
        if (real.Tunnel is { } tunnel)
        {
            writer.Byte(IpvsNumbers.IPVS_DEST_ATTR_TUN_TYPE, (byte)tunnel.Kind);
            writer.UInt16(IpvsNumbers.IPVS_DEST_ATTR_TUN_PORT, (ushort)tunnel.Port);
            writer.HostUInt16(IpvsNumbers.IPVS_DEST_ATTR_TUN_FLAGS, (ushort)tunnel.Checksum);
        }

        writer.EndNest(destination);
    }

    private static IPFamily WriteKeyAttributes(NetlinkWriter writer, VirtualServerKey key)
    {
        if (key is VirtualServerKey.Mark mark)
        {
            writer.HostUInt16(IpvsNumbers.IPVS_SVC_ATTR_AF, NetlinkAddress.NumberOf(mark.Family));
            writer.HostUInt32(IpvsNumbers.IPVS_SVC_ATTR_FWMARK, mark.Value);
            return mark.Family;
        }

        var address = (VirtualServerKey.Address)key;
        writer.HostUInt16(IpvsNumbers.IPVS_SVC_ATTR_AF, NetlinkAddress.NumberOf(address.IP.Family));
        writer.HostUInt16(IpvsNumbers.IPVS_SVC_ATTR_PROTOCOL, address.Protocol.Number);
        WriteAddress(writer, IpvsNumbers.IPVS_SVC_ATTR_ADDR, address.IP);
        writer.UInt16(IpvsNumbers.IPVS_SVC_ATTR_PORT, (ushort)address.Port);
        return address.IP.Family;
    }

    private static void WriteRealKeyAttributes(NetlinkWriter writer, RealServer real)
    {
        writer.HostUInt16(IpvsNumbers.IPVS_DEST_ATTR_ADDR_FAMILY, NetlinkAddress.NumberOf(real.Address.Family));
        WriteAddress(writer, IpvsNumbers.IPVS_DEST_ATTR_ADDR, real.Address);
        writer.UInt16(IpvsNumbers.IPVS_DEST_ATTR_PORT, (ushort)real.Port);
    }

    private static void WriteAddress(NetlinkWriter writer, int type, NetAddress address)
    {
        var room = writer.Attribute(type, IpvsNumbers.AddressBytes);
        room.Clear();
        NetlinkAddress.Write(address, room);
    }
}
