using Sluice.Net;
using Sluice.Netfilter.Ipsets;

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
            _entries.Add(IpsetEntryReader.Read(list.Nested, type));
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
                case IpsetNumbers.IPSET_ATTR_BITMASK: set = set with { Bitmask = IpsetEntryReader.ReadAddress(data.Nested) }; break;
                case IpsetNumbers.IPSET_ATTR_TIMEOUT: set = set with { Timeout = data.UInt32 }; break;
                case IpsetNumbers.IPSET_ATTR_IP: first = IpsetEntryReader.ReadNetwork(data.Nested, length: null); break;
                case IpsetNumbers.IPSET_ATTR_IP_TO: last = IpsetEntryReader.ReadNetwork(data.Nested, length: null); break;
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
}
