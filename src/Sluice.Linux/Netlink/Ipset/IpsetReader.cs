using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Makes sets of the messages of a list: the first message of a set has its shape, all have entries.</summary>
internal sealed class IpsetReader
{
    private readonly List<IpSet> _sets = [];
    private readonly List<IpSetEntry> _entries = [];

    /// <summary>The sets that were read; to be called once, behind the last message.</summary>
    internal IpSetTable End()
    {
        Finish();
        return new IpSetTable(_sets.ToEquatableArray());
    }

    /// <summary>Takes a message.</summary>
    /// <param name="attributes">What follows its header.</param>
    internal void Take(ReadOnlySpan<byte> attributes)
    {
        if (NetlinkReader.Find(attributes, IpsetNumbers.IPSET_ATTR_TYPENAME).Length > 0)
        {
            Finish();
            if (ReadShape(attributes) is { } set)
            {
                _sets.Add(set);
            }
        }

        if (_sets.Count == 0)
        {
            return;
        }

        var type = _sets[^1].Type;
        var list = new NetlinkReader(NetlinkReader.Find(attributes, IpsetNumbers.IPSET_ATTR_ADT));
        while (list.Next())
        {
            _entries.Add(ReadEntry(list.Nested, type));
        }
    }

    private void Finish()
    {
        if (_entries.Count > 0)
        {
            _sets[^1] = _sets[^1] with { Entries = _entries.ToEquatableArray() };
            _entries.Clear();
        }
    }

    private static IpSet? ReadShape(ReadOnlySpan<byte> attributes)
    {
        var name = "";
        IpSetType? type = null;
        IPFamily? family = null;
        var data = default(NetlinkReader);
        var reader = new NetlinkReader(attributes);
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case IpsetNumbers.IPSET_ATTR_SETNAME: name = reader.Text; break;
                case IpsetNumbers.IPSET_ATTR_TYPENAME: type = IpSetType.Find(reader.Text); break;
                case IpsetNumbers.IPSET_ATTR_FAMILY: family = NetlinkAddress.FamilyOf(reader.Byte); break;
                case IpsetNumbers.IPSET_ATTR_DATA: data = reader.Nested; break;
                default: break;
            }
        }

        return type is null ? null : ReadOptions(new IpSet(name, type) { Family = family }, data);
    }

    private static IpSet ReadOptions(IpSet set, NetlinkReader data)
    {
        IpSetValue? first = null, last = null;
        while (data.Next())
        {
            switch (data.Type)
            {
                case IpsetNumbers.IPSET_ATTR_HASHSIZE: set = set with { HashSize = data.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_MAXELEM or IpsetNumbers.IPSET_ATTR_SIZE: set = set with { MaxEntries = data.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_BUCKETSIZE: set = set with { BucketSize = data.Byte }; break;
                case IpsetNumbers.IPSET_ATTR_INITVAL: set = set with { InitialValue = data.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_NETMASK: set = set with { NetmaskLength = data.Byte }; break;
                case IpsetNumbers.IPSET_ATTR_MARKMASK: set = set with { MarkMask = data.UInt32 == uint.MaxValue ? null : data.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_BITMASK: set = set with { Bitmask = ReadAddress(data.Nested) }; break;
                case IpsetNumbers.IPSET_ATTR_TIMEOUT: set = set with { Timeout = data.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_IP: first = ReadNetwork(data.Nested, length: null); break;
                case IpsetNumbers.IPSET_ATTR_IP_TO: last = ReadNetwork(data.Nested, length: null); break;
                case IpsetNumbers.IPSET_ATTR_PORT: first = new IpSetValue.Port(null, data.UInt16); break;
                case IpsetNumbers.IPSET_ATTR_PORT_TO: last = new IpSetValue.Port(null, data.UInt16); break;
                case IpsetNumbers.IPSET_ATTR_CADT_FLAGS:
                    set = set with
                    {
                        HasCounters = (data.UInt32 & IpsetNumbers.IPSET_FLAG_WITH_COUNTERS) != 0,
                        HasComments = (data.UInt32 & IpsetNumbers.IPSET_FLAG_WITH_COMMENT) != 0,
                        HasPacketInfo = (data.UInt32 & IpsetNumbers.IPSET_FLAG_WITH_SKBINFO) != 0,
                        ReplacesWhenFull = (data.UInt32 & IpsetNumbers.IPSET_FLAG_WITH_FORCEADD) != 0,
                    };
                    break;
                default: break;
            }
        }

        return first is null || last is null ? set : set with { Range = (first, last) };
    }

    private static IpSetEntry ReadEntry(NetlinkReader attributes, IpSetType type)
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

    private static IpSetValue.Network? ReadNetwork(NetlinkReader nested, byte? length) => ReadAddress(nested) is { } address
        ? new IpSetValue.Network(Prefix.Of(address, Math.Min(length ?? address.Width, address.Width)))
        : null;

    private static NetAddress? ReadAddress(NetlinkReader nested) => nested.Next() ? NetlinkAddress.Read(nested.Value) : null;
}
