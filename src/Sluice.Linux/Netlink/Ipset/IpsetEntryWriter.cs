using System.Diagnostics;
using System.Globalization;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Writes entries of sets as attributes of ipset.</summary>
internal static class IpsetEntryWriter
{
    /// <summary>One entry.</summary>
    /// <param name="writer">Where to, within the attribute that holds entries.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="line">A number by which the kernel says which entry it refused.</param>
    /// <param name="isRemoval">Whether only what it is counts, not what it says.</param>
    internal static void Write(NetlinkWriter writer, IpSetEntry entry, uint line, bool isRemoval)
    {
        var data = writer.BeginNest(IpsetNumbers.IPSET_ATTR_DATA);
        var flags = entry.IsExcluded ? IpsetNumbers.IPSET_FLAG_NOMATCH : 0;
        var isSecond = false;
        foreach (var value in entry.Values)
        {
            switch (value)
            {
                case IpSetValue.Network n:
                    IpsetWriter.Address(writer, isSecond ? IpsetNumbers.IPSET_ATTR_IP2 : IpsetNumbers.IPSET_ATTR_IP, n.Prefix.Address);
                    if (!n.Prefix.IsHost)
                    {
                        writer.Byte(isSecond ? IpsetNumbers.IPSET_ATTR_CIDR2 : IpsetNumbers.IPSET_ATTR_CIDR, (byte)n.Prefix.Length);
                    }

                    isSecond = true;
                    break;
                case IpSetValue.Port p:
                    IpsetWriter.UInt16(writer, IpsetNumbers.IPSET_ATTR_PORT, (ushort)p.Number);
                    if (p.Protocol is { } protocol)
                    {
                        writer.Byte(IpsetNumbers.IPSET_ATTR_PROTO, protocol.Number);
                    }

                    break;
                case IpSetValue.HardwareAddress h:
                    WriteHardwareAddress(writer, h.Text);
                    break;
                case IpSetValue.Mark m:
                    IpsetWriter.UInt32(writer, IpsetNumbers.IPSET_ATTR_MARK, m.Value);
                    break;
                case IpSetValue.Interface i:
                    writer.Text(IpsetNumbers.IPSET_ATTR_IFACE, i.Name);
                    flags |= (i.IsPhysical ? IpsetNumbers.IPSET_FLAG_PHYSDEV : 0) | (i.IsWildcard ? IpsetNumbers.IPSET_FLAG_IFACE_WILDCARD : 0);
                    break;
                case IpSetValue.Member m:
                    writer.Text(IpsetNumbers.IPSET_ATTR_NAME, m.Name);
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        if (flags != 0)
        {
            IpsetWriter.UInt32(writer, IpsetNumbers.IPSET_ATTR_CADT_FLAGS, flags);
        }

        if (!isRemoval)
        {
            WriteExtensions(writer, entry);
        }

        writer.HostUInt32(IpsetNumbers.IPSET_ATTR_LINENO, line);
        writer.EndNest(data);
    }

    private static void WriteExtensions(NetlinkWriter writer, IpSetEntry entry)
    {
        if (entry.Timeout is { } timeout)
        {
            IpsetWriter.UInt32(writer, IpsetNumbers.IPSET_ATTR_TIMEOUT, timeout);
        }

        if (entry.Comment is { } comment)
        {
            writer.Text(IpsetNumbers.IPSET_ATTR_COMMENT, comment);
        }

        if (entry.PacketMark is { } mark)
        {
            IpsetWriter.UInt64(writer, IpsetNumbers.IPSET_ATTR_SKBMARK, ((ulong)mark.Value << 32) | mark.Mask);
        }

        if (entry.PacketPriority is { } priority)
        {
            IpsetWriter.UInt32(writer, IpsetNumbers.IPSET_ATTR_SKBPRIO, priority);
        }

        if (entry.PacketQueue is { } queue)
        {
            IpsetWriter.UInt16(writer, IpsetNumbers.IPSET_ATTR_SKBQUEUE, queue);
        }

        if (entry.Counters is { } counters)
        {
            IpsetWriter.UInt64(writer, IpsetNumbers.IPSET_ATTR_PACKETS, counters.Packets);
            IpsetWriter.UInt64(writer, IpsetNumbers.IPSET_ATTR_BYTES, counters.Bytes);
        }
    }

    private static void WriteHardwareAddress(NetlinkWriter writer, string text)
    {
        var room = writer.Attribute(IpsetNumbers.IPSET_ATTR_ETHER, 6);
        for (var i = 0; i < room.Length; i++)
        {
            room[i] = byte.Parse(text.AsSpan(i * 3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }
    }
}
