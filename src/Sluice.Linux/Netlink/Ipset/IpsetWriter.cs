using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Writes numbers, addresses and the shape of a set as attributes of ipset.</summary>
internal static class IpsetWriter
{
    internal static void UInt16(NetlinkWriter writer, int type, ushort value) => writer.UInt16(type | IpsetNumbers.NLA_F_NET_BYTEORDER, value);

    internal static void UInt32(NetlinkWriter writer, int type, uint value) => writer.UInt32(type | IpsetNumbers.NLA_F_NET_BYTEORDER, value);

    internal static void UInt64(NetlinkWriter writer, int type, ulong value) => writer.UInt64(type | IpsetNumbers.NLA_F_NET_BYTEORDER, value);

    internal static void Address(NetlinkWriter writer, int type, NetAddress address)
    {
        var nest = writer.BeginNest(type);
        writer.Address((address.Family == IPFamily.IPv4 ? IpsetNumbers.IPSET_ATTR_IPADDR_IPV4 : IpsetNumbers.IPSET_ATTR_IPADDR_IPV6) | IpsetNumbers.NLA_F_NET_BYTEORDER, address);
        writer.EndNest(nest);
    }

    /// <summary>What a set is made with (<c>ipset create</c>).</summary>
    internal static void Shape(NetlinkWriter writer, IpSet set)
    {
        var data = writer.BeginNest(IpsetNumbers.IPSET_ATTR_DATA);
        Optional(writer, IpsetNumbers.IPSET_ATTR_HASHSIZE, set.HashSize);
        Optional(writer, set.Type.Method == IpSetMethod.List ? IpsetNumbers.IPSET_ATTR_SIZE : IpsetNumbers.IPSET_ATTR_MAXELEM, set.MaxEntries);
        Optional(writer, IpsetNumbers.IPSET_ATTR_INITVAL, set.InitialValue);
        Optional(writer, IpsetNumbers.IPSET_ATTR_MARKMASK, set.MarkMask);
        Optional(writer, IpsetNumbers.IPSET_ATTR_TIMEOUT, set.Timeout);
        if (set.BucketSize is { } size)
        {
            writer.Byte(IpsetNumbers.IPSET_ATTR_BUCKETSIZE, (byte)Math.Min(size, byte.MaxValue));
        }

        if (set.NetmaskLength is { } length)
        {
            writer.Byte(IpsetNumbers.IPSET_ATTR_NETMASK, (byte)length);
        }

        if (set.Bitmask is { } mask)
        {
            Address(writer, IpsetNumbers.IPSET_ATTR_BITMASK, mask);
        }

        switch (set.Range)
        {
            case (IpSetValue.Network first, IpSetValue.Network last):
                Address(writer, IpsetNumbers.IPSET_ATTR_IP, first.Prefix.Address);
                Address(writer, IpsetNumbers.IPSET_ATTR_IP_TO, last.Prefix.Address);
                break;
            case (IpSetValue.Port first, IpSetValue.Port last):
                UInt16(writer, IpsetNumbers.IPSET_ATTR_PORT, (ushort)first.Number);
                UInt16(writer, IpsetNumbers.IPSET_ATTR_PORT_TO, (ushort)last.Number);
                break;
            default:
                break;
        }

        var flags = (set.HasCounters ? IpsetNumbers.IPSET_FLAG_WITH_COUNTERS : 0) | (set.HasComments ? IpsetNumbers.IPSET_FLAG_WITH_COMMENT : 0) |
            (set.HasPacketInfo ? IpsetNumbers.IPSET_FLAG_WITH_SKBINFO : 0) | (set.ReplacesWhenFull ? IpsetNumbers.IPSET_FLAG_WITH_FORCEADD : 0);
        if (flags != 0)
        {
            UInt32(writer, IpsetNumbers.IPSET_ATTR_CADT_FLAGS, flags);
        }

        writer.EndNest(data);
    }

    private static void Optional(NetlinkWriter writer, int type, uint? value)
    {
        if (value is { } number)
        {
            UInt32(writer, type, number);
        }
    }
}
