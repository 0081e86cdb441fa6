using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>The numbers of nf_tables' interface; names are the kernel's (linux/netfilter/nf_tables.h, nfnetlink.h).</summary>
internal static class Nft
{
    internal const ushort NFNL_MSG_BATCH_BEGIN = 0x10;
    internal const ushort NFNL_MSG_BATCH_END = 0x11;
    internal const int NFNL_BATCH_GENID = 1;
    internal const int HeaderBytes = 4;

    internal const int NFNL_SUBSYS_NFTABLES = 10;
    internal const ushort NFT_MSG_NEWTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 0;
    internal const ushort NFT_MSG_GETTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 1;
    internal const ushort NFT_MSG_DELTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 2;
    internal const ushort NFT_MSG_NEWCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 3;
    internal const ushort NFT_MSG_GETCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 4;
    internal const ushort NFT_MSG_DELCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 5;
    internal const ushort NFT_MSG_NEWRULE = (NFNL_SUBSYS_NFTABLES << 8) | 6;
    internal const ushort NFT_MSG_GETRULE = (NFNL_SUBSYS_NFTABLES << 8) | 7;
    internal const ushort NFT_MSG_DELRULE = (NFNL_SUBSYS_NFTABLES << 8) | 8;
    internal const ushort NFT_MSG_NEWSET = (NFNL_SUBSYS_NFTABLES << 8) | 9;
    internal const ushort NFT_MSG_GETSET = (NFNL_SUBSYS_NFTABLES << 8) | 10;
    internal const ushort NFT_MSG_NEWSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 12;
    internal const ushort NFT_MSG_GETSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 13;
    internal const ushort NFT_MSG_DELSETELEM = (NFNL_SUBSYS_NFTABLES << 8) | 14;
    internal const ushort NFT_MSG_NEWGEN = (NFNL_SUBSYS_NFTABLES << 8) | 15;
    internal const ushort NFT_MSG_GETGEN = (NFNL_SUBSYS_NFTABLES << 8) | 16;
    internal const ushort NFT_MSG_GETOBJ = (NFNL_SUBSYS_NFTABLES << 8) | 19;
    internal const ushort NFT_MSG_GETFLOWTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 23;

    internal const int NFTA_GEN_ID = 1;
    internal const int NFTA_LIST_ELEM = 1;

    internal const int NFTA_TABLE_NAME = 1;
    internal const int NFTA_TABLE_FLAGS = 2;
    internal const int NFTA_TABLE_USERDATA = 6;
    internal const int NFTA_TABLE_OWNER = 7;
    internal const uint NFT_TABLE_F_DORMANT = 1;
    internal const uint NFT_TABLE_F_OWNER = 2;
    internal const uint NFT_TABLE_F_PERSIST = 4;

    internal const int NFTA_CHAIN_TABLE = 1;
    internal const int NFTA_CHAIN_NAME = 3;
    internal const int NFTA_CHAIN_HOOK = 4;
    internal const int NFTA_CHAIN_POLICY = 5;
    internal const int NFTA_CHAIN_TYPE = 7;
    internal const int NFTA_CHAIN_COUNTERS = 8;
    internal const int NFTA_HOOK_HOOKNUM = 1;
    internal const int NFTA_HOOK_PRIORITY = 2;

    internal const int NFTA_RULE_TABLE = 1;
    internal const int NFTA_RULE_CHAIN = 2;
    internal const int NFTA_RULE_HANDLE = 3;
    internal const int NFTA_RULE_EXPRESSIONS = 4;
    internal const int NFTA_RULE_USERDATA = 7;

    internal const int NFTA_SET_TABLE = 1;
    internal const int NFTA_SET_NAME = 2;
    internal const int NFTA_SET_FLAGS = 3;
    internal const int NFTA_SET_KEY_TYPE = 4;
    internal const int NFTA_SET_KEY_LEN = 5;
    internal const int NFTA_SET_DATA_TYPE = 6;
    internal const int NFTA_SET_DATA_LEN = 7;
    internal const int NFTA_SET_DESC = 9;
    internal const int NFTA_SET_ID = 10;
    internal const int NFTA_SET_TIMEOUT = 11;
    internal const int NFTA_SET_GC_INTERVAL = 12;
    internal const int NFTA_SET_USERDATA = 13;
    internal const int NFTA_SET_OBJ_TYPE = 15;
    internal const int NFTA_SET_EXPR = 17;
    internal const int NFTA_SET_EXPRESSIONS = 18;
    internal const int NFTA_SET_COUNT = 20;
    internal const int NFTA_SET_DESC_SIZE = 1;
    internal const int NFTA_SET_DESC_CONCAT = 2;
    internal const int NFTA_SET_FIELD_LEN = 1;
    internal const uint NFT_SET_ANONYMOUS = 0x1;
    internal const uint NFT_SET_CONSTANT = 0x2;
    internal const uint NFT_SET_INTERVAL = 0x4;
    internal const uint NFT_SET_MAP = 0x8;
    internal const uint NFT_SET_TIMEOUT = 0x10;
    internal const uint NFT_SET_EVAL = 0x20;
    internal const uint NFT_SET_OBJECT = 0x40;
    internal const uint NFT_SET_CONCAT = 0x80;
    internal const uint NFT_DATA_VERDICT = 0xffffff00;

    internal const int NFTA_SET_ELEM_LIST_TABLE = 1;
    internal const int NFTA_SET_ELEM_LIST_SET = 2;
    internal const int NFTA_SET_ELEM_LIST_ELEMENTS = 3;
    internal const int NFTA_SET_ELEM_LIST_SET_ID = 4;
    internal const int NFTA_SET_ELEM_KEY = 1;
    internal const int NFTA_SET_ELEM_DATA = 2;
    internal const int NFTA_SET_ELEM_FLAGS = 3;
    internal const int NFTA_SET_ELEM_TIMEOUT = 4;
    internal const int NFTA_SET_ELEM_EXPIRATION = 5;
    internal const int NFTA_SET_ELEM_USERDATA = 6;
    internal const int NFTA_SET_ELEM_EXPR = 7;
    internal const int NFTA_SET_ELEM_OBJREF = 9;
    internal const int NFTA_SET_ELEM_KEY_END = 10;
    internal const int NFTA_SET_ELEM_EXPRESSIONS = 11;
    internal const uint NFT_SET_ELEM_INTERVAL_END = 1;
    internal const uint NFT_SET_ELEM_CATCHALL = 2;

    internal const int NFTA_DATA_VALUE = 1;
    internal const int NFTA_DATA_VERDICT = 2;
    internal const int NFTA_VERDICT_CODE = 1;
    internal const int NFTA_VERDICT_CHAIN = 2;
    internal const int NF_DROP = 0;
    internal const int NF_ACCEPT = 1;
    internal const int NF_QUEUE = 3;
    internal const int NFT_CONTINUE = -1;
    internal const int NFT_JUMP = -3;
    internal const int NFT_GOTO = -4;
    internal const int NFT_RETURN = -5;

    internal const int NFTA_EXPR_NAME = 1;
    internal const int NFTA_EXPR_DATA = 2;

    // Registers of 4 bytes; the same memory as those of 16 bytes, 1 to 4.
    internal const uint NFT_REG_VERDICT = 0;
    internal const uint NFT_REG32_00 = 8;
    internal const uint NFT_REG32_15 = 23;

    // libnftnl's userdata: type, length, value.
    internal const byte CommentUserData = 0;
    internal const byte SetKeyByteOrderUserData = 0;
    internal const byte SetDataByteOrderUserData = 1;
    internal const byte SetMergeUserData = 2;
    internal const byte SetCommentUserData = 7;

    /// <summary>The number of an address family (NFPROTO_*).</summary>
    internal static byte NumberOf(TableFamily family) => family switch
    {
        TableFamily.Inet => 1,
        TableFamily.IPv4 => 2,
        TableFamily.Arp => 3,
        TableFamily.Netdev => 5,
        TableFamily.Bridge => 7,
        _ => 10,
    };

    /// <summary>The address family of a number; null for one that nf_tables has not.</summary>
    internal static TableFamily? FamilyOf(byte number) => number switch
    {
        1 => TableFamily.Inet,
        2 => TableFamily.IPv4,
        3 => TableFamily.Arp,
        5 => TableFamily.Netdev,
        7 => TableFamily.Bridge,
        10 => TableFamily.IPv6,
        _ => null,
    };
}
