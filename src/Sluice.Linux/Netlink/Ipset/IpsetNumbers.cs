using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>The numbers of ipset's interface; names are the kernel's (linux/netfilter/ipset/ip_set.h).</summary>
internal static class IpsetNumbers
{
    internal const int IPSET_PROTOCOL = 7;
    internal const int IPSET_PROTOCOL_MIN = 6;

    internal const ushort IPSET_CMD_PROTOCOL = Subsystem | 1;
    internal const ushort IPSET_CMD_CREATE = Subsystem | 2;
    internal const ushort IPSET_CMD_DESTROY = Subsystem | 3;
    internal const ushort IPSET_CMD_SWAP = Subsystem | 6;
    internal const ushort IPSET_CMD_LIST = Subsystem | 7;
    internal const ushort IPSET_CMD_ADD = Subsystem | 9;
    internal const ushort IPSET_CMD_DEL = Subsystem | 10;
    internal const ushort IPSET_CMD_TYPE = Subsystem | 13;

    internal const int IPSET_ATTR_PROTOCOL = 1;
    internal const int IPSET_ATTR_SETNAME = 2;
    internal const int IPSET_ATTR_TYPENAME = 3;
    internal const int IPSET_ATTR_SETNAME2 = 3;
    internal const int IPSET_ATTR_REVISION = 4;
    internal const int IPSET_ATTR_FAMILY = 5;
    internal const int IPSET_ATTR_FLAGS = 6;
    internal const int IPSET_ATTR_DATA = 7;
    internal const int IPSET_ATTR_ADT = 8;
    internal const int IPSET_ATTR_LINENO = 9;
    internal const int IPSET_ATTR_PROTOCOL_MIN = 10;

    internal const int IPSET_ATTR_IP = 1;
    internal const int IPSET_ATTR_IP_TO = 2;
    internal const int IPSET_ATTR_CIDR = 3;
    internal const int IPSET_ATTR_PORT = 4;
    internal const int IPSET_ATTR_PORT_TO = 5;
    internal const int IPSET_ATTR_TIMEOUT = 6;
    internal const int IPSET_ATTR_PROTO = 7;
    internal const int IPSET_ATTR_CADT_FLAGS = 8;
    internal const int IPSET_ATTR_MARK = 10;
    internal const int IPSET_ATTR_MARKMASK = 11;
    internal const int IPSET_ATTR_BITMASK = 12;

    // Of a set.
    internal const int IPSET_ATTR_INITVAL = 17;
    internal const int IPSET_ATTR_HASHSIZE = 18;
    internal const int IPSET_ATTR_MAXELEM = 19;
    internal const int IPSET_ATTR_NETMASK = 20;
    internal const int IPSET_ATTR_BUCKETSIZE = 21;
    internal const int IPSET_ATTR_SIZE = 23;

    // Of an entry.
    internal const int IPSET_ATTR_ETHER = 17;
    internal const int IPSET_ATTR_NAME = 18;
    internal const int IPSET_ATTR_IP2 = 20;
    internal const int IPSET_ATTR_CIDR2 = 21;
    internal const int IPSET_ATTR_IFACE = 23;
    internal const int IPSET_ATTR_BYTES = 24;
    internal const int IPSET_ATTR_PACKETS = 25;
    internal const int IPSET_ATTR_COMMENT = 26;
    internal const int IPSET_ATTR_SKBMARK = 27;
    internal const int IPSET_ATTR_SKBPRIO = 28;
    internal const int IPSET_ATTR_SKBQUEUE = 29;

    internal const int IPSET_ATTR_IPADDR_IPV4 = 1;
    internal const int IPSET_ATTR_IPADDR_IPV6 = 2;

    internal const uint IPSET_FLAG_LIST_HEADER = 1 << 2;
    internal const uint IPSET_FLAG_PHYSDEV = 1 << 1;
    internal const uint IPSET_FLAG_NOMATCH = 1 << 2;
    internal const uint IPSET_FLAG_WITH_COUNTERS = 1 << 3;
    internal const uint IPSET_FLAG_WITH_COMMENT = 1 << 4;
    internal const uint IPSET_FLAG_WITH_FORCEADD = 1 << 5;
    internal const uint IPSET_FLAG_WITH_SKBINFO = 1 << 6;
    internal const uint IPSET_FLAG_IFACE_WILDCARD = 1 << 7;

    /// <summary>The longest comment, in bytes (IPSET_MAX_COMMENT_SIZE).</summary>
    internal const int MaxCommentBytes = 255;

    /// <summary>The longest name of a set, in bytes (IPSET_MAXNAMELEN without the zero).</summary>
    internal const int MaxNameBytes = 31;

    /// <summary>ipset takes numbers and addresses only where their attribute says that they are in network order.</summary>
    internal const int NLA_F_NET_BYTEORDER = 0x4000;

    /// <summary>The bytes between the netlink header and the attributes (struct nfgenmsg).</summary>
    internal const int HeaderBytes = 4;

    // NFNL_SUBSYS_IPSET.
    private const ushort Subsystem = 6 << 8;

    /// <summary>struct nfgenmsg; its family is not looked at.</summary>
    internal static ReadOnlySpan<byte> Header => [Libc.AF_INET, 0, 0, 0];
}
