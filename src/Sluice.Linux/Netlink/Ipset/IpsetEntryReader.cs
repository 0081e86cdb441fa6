using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Reads entries of sets, and addresses, of the attributes that ipset sends.</summary>
internal static class IpsetEntryReader
{
    /// <summary>An entry.</summary>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="type">The type of the set, which says what they mean.</param>
    internal static IpSetEntry Read(NetlinkReader attributes, IpSetType type)
    {
        NetlinkReader address = default, second = default;
        byte? length = null, secondLength = null, protocol = null;
        ushort? port = null;
        uint? mark = null;
        uint flags = 0;
        ulong packets = 0, bytes = 0;
        var hasCounters = false;
        string? hardware = null, link = null, member = null;
        var entry = new IpSetEntry([]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case IpsetNumbers.IPSET_ATTR_IP: address = attributes.Nested; break;
                case IpsetNumbers.IPSET_ATTR_CIDR: length = attributes.Byte; break;
                case IpsetNumbers.IPSET_ATTR_IP2: second = attributes.Nested; break;
                case IpsetNumbers.IPSET_ATTR_CIDR2: secondLength = attributes.Byte; break;
                case IpsetNumbers.IPSET_ATTR_PORT: port = attributes.UInt16; break;
                case IpsetNumbers.IPSET_ATTR_PROTO: protocol = attributes.Byte; break;
                case IpsetNumbers.IPSET_ATTR_MARK: mark = attributes.UInt32; break;
                case IpsetNumbers.IPSET_ATTR_ETHER: hardware = BitConverter.ToString(attributes.Value.ToArray()).Replace('-', ':'); break;
                case IpsetNumbers.IPSET_ATTR_IFACE: link = attributes.Text; break;
                case IpsetNumbers.IPSET_ATTR_NAME: member = attributes.Text; break;
                case IpsetNumbers.IPSET_ATTR_CADT_FLAGS: flags = attributes.UInt32; break;
                case IpsetNumbers.IPSET_ATTR_TIMEOUT: entry = entry with { Timeout = attributes.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_COMMENT: entry = entry with { Comment = attributes.Text }; break;
                case IpsetNumbers.IPSET_ATTR_PACKETS: (packets, hasCounters) = (attributes.UInt64, true); break;
                case IpsetNumbers.IPSET_ATTR_BYTES: (bytes, hasCounters) = (attributes.UInt64, true); break;
                case IpsetNumbers.IPSET_ATTR_SKBMARK: entry = entry with { PacketMark = ((uint)(attributes.UInt64 >> 32), (uint)attributes.UInt64) }; break;
                case IpsetNumbers.IPSET_ATTR_SKBPRIO: entry = entry with { PacketPriority = attributes.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_SKBQUEUE: entry = entry with { PacketQueue = attributes.UInt16 }; break;
                default: break;
            }
        }

        var values = new List<IpSetValue>(3);
        var isSecond = false;
        foreach (var dimension in type.Dimensions)
        {
            IpSetValue? value = null;
            switch (dimension)
            {
                case IpSetDimension.IP or IpSetDimension.Net:
                    value = isSecond ? ReadNetwork(second, secondLength) : ReadNetwork(address, length);
                    isSecond = true;
                    break;
                case IpSetDimension.Port when port is { } number:
                    value = new IpSetValue.Port(protocol is { } known ? new L4Protocol(known) : null, number);
                    break;
                case IpSetDimension.Mac when hardware is not null:
                    value = new IpSetValue.HardwareAddress(hardware);
                    break;
                case IpSetDimension.Mark when mark is { } number:
                    value = new IpSetValue.Mark(number);
                    break;
                case IpSetDimension.Iface when link is not null:
                    value = new IpSetValue.Interface(link, (flags & IpsetNumbers.IPSET_FLAG_PHYSDEV) != 0, (flags & IpsetNumbers.IPSET_FLAG_IFACE_WILDCARD) != 0);
                    break;
                default:
                    break;
            }

            if (value is not null)
            {
                values.Add(value);
            }
        }

        if (member is not null)
        {
            values.Add(new IpSetValue.Member(member));
        }

        return entry with
        {
            Values = values.ToEquatableArray(),
            IsExcluded = (flags & IpsetNumbers.IPSET_FLAG_NOMATCH) != 0,
            Counters = hasCounters ? new RuleCounters(packets, bytes) : null,
        };
    }

    /// <summary>A network; null when there is no address.</summary>
    /// <param name="nested">The attribute that the address is in.</param>
    /// <param name="length">How many bits count; null for all.</param>
    internal static IpSetValue.Network? ReadNetwork(NetlinkReader nested, byte? length) => ReadAddress(nested) is { } address
        ? new IpSetValue.Network(Prefix.Of(address, Math.Min(length ?? address.Width, address.Width)))
        : null;

    /// <summary>An address; null when there is none.</summary>
    internal static NetAddress? ReadAddress(NetlinkReader nested) => nested.Next() ? NetlinkAddress.Read(nested.Value) : null;
}
