using System.Numerics;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>Reads virtual and real servers of the attributes that IPVS sends.</summary>
internal static class ServerReader
{
    /// <summary>A virtual server without its real servers; null when its family or address is not known.</summary>
    /// <param name="attributes">What follows the header of a message.</param>
    internal static VirtualServer? ReadServer(ReadOnlySpan<byte> attributes)
    {
        IPFamily? family = null;
        ReadOnlySpan<byte> address = default;
        var protocol = L4Protocol.Any;
        int port = 0, timeout = 0;
        uint mark = 0, flags = 0;
        int? length = null;
        string scheduler = "", engine = "";
        var reader = new NetlinkReader(NetlinkReader.Find(attributes, IpvsNumbers.IPVS_CMD_ATTR_SERVICE));
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IpvsNumbers.IPVS_SVC_ATTR_AF: family = NetlinkAddress.FamilyOf(reader.HostUInt16); break;
                case IpvsNumbers.IPVS_SVC_ATTR_PROTOCOL: protocol = new L4Protocol((byte)reader.HostUInt16); break;
                case IpvsNumbers.IPVS_SVC_ATTR_ADDR: address = reader.Value; break;
                case IpvsNumbers.IPVS_SVC_ATTR_PORT: port = reader.UInt16; break;
                case IpvsNumbers.IPVS_SVC_ATTR_FWMARK: mark = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_SVC_ATTR_SCHED_NAME: scheduler = reader.Text; break;
                case IpvsNumbers.IPVS_SVC_ATTR_PE_NAME: engine = reader.Text; break;
                case IpvsNumbers.IPVS_SVC_ATTR_FLAGS: flags = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_SVC_ATTR_TIMEOUT: timeout = (int)reader.HostUInt32; break;

                // A mask for IPv4, a length for IPv6; the family comes before it.
                case IpvsNumbers.IPVS_SVC_ATTR_NETMASK:
                    length = family == IPFamily.IPv4 ? BitOperations.PopCount(reader.UInt32) : (int)reader.HostUInt32;
                    break;
                default: break;
            }
        }

        if (family is not { } known || KeyOf(known, mark, protocol, AddressOf(known, address), port) is not { } key)
        {
            return null;
        }

        return new VirtualServer(key)
        {
            Scheduler = scheduler,
            SchedulerFlags = (SchedulerFlags)flags & (SchedulerFlags.First | SchedulerFlags.Second | SchedulerFlags.Third),
            PersistenceSeconds = (flags & IpvsNumbers.IP_VS_SVC_F_PERSISTENT) == 0 ? null : timeout,
            PersistencePrefixLength = length == (known == IPFamily.IPv4 ? 32 : 128) ? null : length,
            PersistenceEngine = engine.Length == 0 ? null : engine,
            SchedulesEachPacket = (flags & IpvsNumbers.IP_VS_SVC_F_ONEPACKET) != 0,
        };
    }

    /// <summary>A real server with its counts; null when its address is not known.</summary>
    /// <param name="attributes">What follows the header of a message.</param>
    /// <param name="family">The family of the virtual server: kernels before 3.18 do not say that of the real server.</param>
    internal static RealServer? ReadReal(ReadOnlySpan<byte> attributes, IPFamily family)
    {
        ReadOnlySpan<byte> address = default;
        int port = 0, weight = 0, kind = 0, tunnelPort = 0, checksum = 0;
        uint method = 0, upper = 0, lower = 0, active = 0, inactive = 0, persistent = 0;
        var reader = new NetlinkReader(NetlinkReader.Find(attributes, IpvsNumbers.IPVS_CMD_ATTR_DEST));
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IpvsNumbers.IPVS_DEST_ATTR_ADDR: address = reader.Value; break;
                case IpvsNumbers.IPVS_DEST_ATTR_ADDR_FAMILY: family = NetlinkAddress.FamilyOf(reader.HostUInt16) ?? family; break;
                case IpvsNumbers.IPVS_DEST_ATTR_PORT: port = reader.UInt16; break;
                case IpvsNumbers.IPVS_DEST_ATTR_FWD_METHOD: method = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_DEST_ATTR_WEIGHT: weight = (int)reader.HostUInt32; break;
                case IpvsNumbers.IPVS_DEST_ATTR_U_THRESH: upper = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_DEST_ATTR_L_THRESH: lower = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_DEST_ATTR_TUN_TYPE: kind = reader.Byte; break;
                case IpvsNumbers.IPVS_DEST_ATTR_TUN_PORT: tunnelPort = reader.UInt16; break;
                case IpvsNumbers.IPVS_DEST_ATTR_TUN_FLAGS: checksum = reader.HostUInt16; break;
                case IpvsNumbers.IPVS_DEST_ATTR_ACTIVE_CONNS: active = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_DEST_ATTR_INACT_CONNS: inactive = reader.HostUInt32; break;
                case IpvsNumbers.IPVS_DEST_ATTR_PERSIST_CONNS: persistent = reader.HostUInt32; break;
                default: break;
            }
        }

        return AddressOf(family, address) is not { } known ? null : new RealServer(known, port)
        {
            Method = (ForwardingMethod)(method & IpvsNumbers.IP_VS_CONN_F_FWD_MASK),
            Tunnel = kind == 0 ? null : new TunnelEncapsulation((TunnelKind)kind) { Port = tunnelPort, Checksum = (TunnelChecksum)checksum },
            Weight = weight,
            UpperThreshold = upper,
            LowerThreshold = lower,
            Counts = new RealServerCounts(active, inactive, persistent),
        };
    }

    private static VirtualServerKey? KeyOf(IPFamily family, uint mark, L4Protocol protocol, NetAddress? address, int port) =>
        mark != 0 ? new VirtualServerKey.Mark(family, mark)
        : address is { } known ? new VirtualServerKey.Address(protocol, known, port)
        : null;

    // An address of IPv4 is at the beginning of the room for either.
    private static NetAddress? AddressOf(IPFamily family, ReadOnlySpan<byte> value) =>
        NetlinkAddress.Read(family == IPFamily.IPv4 && value.Length > 4 ? value[..4] : value);
}
