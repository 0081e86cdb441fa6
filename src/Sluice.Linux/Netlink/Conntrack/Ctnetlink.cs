namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>Numbers of ctnetlink (linux/netfilter/nfnetlink_conntrack.h); names are the kernel's.</summary>
internal static class Ctnetlink
{
    internal const ushort IPCTNL_MSG_CT_GET = Subsystem | 1;
    internal const ushort IPCTNL_MSG_CT_DELETE = Subsystem | 2;

    internal const int CTA_TUPLE_ORIG = 1;
    internal const int CTA_TUPLE_REPLY = 2;
    internal const int CTA_STATUS = 3;
    internal const int CTA_ID = 12;
    internal const int CTA_ZONE = 18;
    internal const int CTA_FILTER = 25;
    internal const int CTA_STATUS_MASK = 26;

    internal const int CTA_TUPLE_IP = 1;
    internal const int CTA_TUPLE_PROTO = 2;
    internal const int CTA_TUPLE_ZONE = 3;

    internal const int CTA_IP_V4_SRC = 1;
    internal const int CTA_IP_V4_DST = 2;
    internal const int CTA_IP_V6_SRC = 3;
    internal const int CTA_IP_V6_DST = 4;

    internal const int CTA_PROTO_NUM = 1;
    internal const int CTA_PROTO_SRC_PORT = 2;
    internal const int CTA_PROTO_DST_PORT = 3;

    internal const int CTA_FILTER_ORIG_FLAGS = 1;
    internal const int CTA_FILTER_REPLY_FLAGS = 2;

    // Of the kernel's own header net/netfilter/nf_internals.h, and fixed as an interface all the same.
    internal const int CTA_FILTER_F_CTA_PROTO_NUM = 1 << 3;

    /// <summary>The bytes between the netlink header and the attributes (struct nfgenmsg).</summary>
    internal const int HeaderBytes = 4;

    // NFNL_SUBSYS_CTNETLINK.
    private const ushort Subsystem = 1 << 8;
}
