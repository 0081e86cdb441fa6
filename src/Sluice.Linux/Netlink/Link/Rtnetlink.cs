namespace Sluice.Linux.Netlink.Link;

/// <summary>The numbers of rtnetlink; names are the kernel's (linux/rtnetlink.h, if_link.h, if_addr.h).</summary>
internal static class Rtnetlink
{
    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_DELLINK = 17;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort RTM_DELADDR = 21;
    internal const ushort RTM_GETADDR = 22;

    internal const int IFLA_IFNAME = 3;
    internal const int IFLA_LINKINFO = 18;
    internal const int IFLA_INFO_KIND = 1;

    internal const int IFA_ADDRESS = 1;
    internal const int IFA_LOCAL = 2;
    internal const int IFA_FLAGS = 8;
    internal const uint IFA_F_NODAD = 0x2;

    /// <summary>The bytes of struct ifinfomsg; the interface's index is at 4.</summary>
    internal const int LinkHeaderBytes = 16;

    /// <summary>The bytes of struct ifaddrmsg: family, prefix length, flags, scope; the interface's index is at 4.</summary>
    internal const int AddressHeaderBytes = 8;

    internal const int IndexOffset = 4;
}
