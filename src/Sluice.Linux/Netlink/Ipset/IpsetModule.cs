using Microsoft.Win32.SafeHandles;
using Sluice.Linux.Interop;

namespace Sluice.Linux.Netlink.Ipset;

/// <summary>Whether the kernel has ipset loaded. A message to ipset would load it; the socket option that iptables asks by does not.</summary>
internal static unsafe class IpsetModule
{
    private const int SO_IP_SET = 83;
    private const uint IP_SET_OP_VERSION = 0x100;

    /// <summary>Asks; false also when the process may not ask.</summary>
    internal static bool IsLoaded()
    {
        using var handle = new SafeFileHandle(Libc.socket(Libc.AF_INET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.IPPROTO_RAW), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return false;
        }

        // struct ip_set_req_version: what is asked, and the answer.
        var request = stackalloc uint[] { IP_SET_OP_VERSION, 0 };
        var length = 2 * sizeof(uint);
        return Libc.getsockopt(handle.DangerousGetHandle().ToInt32(), Libc.IPPROTO_IP, SO_IP_SET, request, ref length) == 0;
    }
}
