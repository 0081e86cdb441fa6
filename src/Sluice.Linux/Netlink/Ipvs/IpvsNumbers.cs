namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>The numbers of IPVS' interface; names are the kernel's (linux/ip_vs.h).</summary>
internal static class IpvsNumbers
{
    internal const string IPVS_GENL_NAME = "IPVS";
    internal const byte IPVS_GENL_VERSION = 1;

    internal const byte IPVS_CMD_NEW_SERVICE = 1;
    internal const byte IPVS_CMD_SET_SERVICE = 2;
    internal const byte IPVS_CMD_DEL_SERVICE = 3;
    internal const byte IPVS_CMD_GET_SERVICE = 4;
    internal const byte IPVS_CMD_NEW_DEST = 5;
    internal const byte IPVS_CMD_SET_DEST = 6;
    internal const byte IPVS_CMD_DEL_DEST = 7;
    internal const byte IPVS_CMD_GET_DEST = 8;
    internal const byte IPVS_CMD_SET_CONFIG = 12;
    internal const byte IPVS_CMD_GET_INFO = 15;

    internal const int IPVS_CMD_ATTR_SERVICE = 1;
    internal const int IPVS_CMD_ATTR_DEST = 2;
    internal const int IPVS_CMD_ATTR_TIMEOUT_TCP = 4;
    internal const int IPVS_CMD_ATTR_TIMEOUT_TCP_FIN = 5;
    internal const int IPVS_CMD_ATTR_TIMEOUT_UDP = 6;

    internal const int IPVS_SVC_ATTR_AF = 1;
    internal const int IPVS_SVC_ATTR_PROTOCOL = 2;
    internal const int IPVS_SVC_ATTR_ADDR = 3;
    internal const int IPVS_SVC_ATTR_PORT = 4;
    internal const int IPVS_SVC_ATTR_FWMARK = 5;
    internal const int IPVS_SVC_ATTR_SCHED_NAME = 6;
    internal const int IPVS_SVC_ATTR_FLAGS = 7;
    internal const int IPVS_SVC_ATTR_TIMEOUT = 8;
    internal const int IPVS_SVC_ATTR_NETMASK = 9;
    internal const int IPVS_SVC_ATTR_PE_NAME = 11;

    internal const int IPVS_DEST_ATTR_ADDR = 1;
    internal const int IPVS_DEST_ATTR_PORT = 2;
    internal const int IPVS_DEST_ATTR_FWD_METHOD = 3;
    internal const int IPVS_DEST_ATTR_WEIGHT = 4;
    internal const int IPVS_DEST_ATTR_U_THRESH = 5;
    internal const int IPVS_DEST_ATTR_L_THRESH = 6;
    internal const int IPVS_DEST_ATTR_ACTIVE_CONNS = 7;
    internal const int IPVS_DEST_ATTR_INACT_CONNS = 8;
    internal const int IPVS_DEST_ATTR_PERSIST_CONNS = 9;
    internal const int IPVS_DEST_ATTR_ADDR_FAMILY = 11;
    internal const int IPVS_DEST_ATTR_TUN_TYPE = 13;
    internal const int IPVS_DEST_ATTR_TUN_PORT = 14;
    internal const int IPVS_DEST_ATTR_TUN_FLAGS = 15;

    internal const uint IP_VS_SVC_F_PERSISTENT = 0x1;
    internal const uint IP_VS_SVC_F_ONEPACKET = 0x4;
    internal const uint IP_VS_CONN_F_FWD_MASK = 0x7;

    /// <summary>The bytes of an address of either family (union nf_inet_addr).</summary>
    internal const int AddressBytes = 16;
}
