using System.Runtime.InteropServices;

namespace Sluice.Linux.Interop;

/// <summary>The system calls that .NET does not offer; names are the kernel's.</summary>
internal static partial class Libc
{
    internal const int RLIMIT_STACK = 3;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int AF_NETLINK = 16;
    internal const int CLONE_NEWNET = 0x40000000;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_RAW = 3;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int NETLINK_ROUTE = 0;
    internal const int NETLINK_NETFILTER = 12;
    internal const int NETLINK_GENERIC = 16;
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_IPV6 = 41;
    internal const int IPPROTO_RAW = 255;
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int EAGAIN = 11;
    internal const int EBUSY = 16;
    internal const int EEXIST = 17;
    internal const int ENODEV = 19;
    internal const int EINVAL = 22;
    internal const int EMSGSIZE = 90;
    internal const int EPROTONOSUPPORT = 93;
    internal const int EOPNOTSUPP = 95;
    internal const int EADDRNOTAVAIL = 99;
    internal const int ENOBUFS = 105;
    internal const int ERESTART = 85;
    internal const int SOL_SOCKET = 1;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_RCVTIMEO = 20;
    internal const int SO_SNDBUFFORCE = 32;
    internal const int SO_RCVBUFFORCE = 33;
    internal const int SOL_NETLINK = 270;
    internal const int NETLINK_CAP_ACK = 10;
    internal const int NETLINK_EXT_ACK = 11;
    internal const int NETLINK_GET_STRICT_CHK = 12;
    internal const int IF_NAMESIZE = 16;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getrlimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, in ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int getsockopt(int fd, int level, int option, void* value, ref int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int setsockopt(SafeHandle fd, int level, int option, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint send(SafeHandle fd, byte* data, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint recv(SafeHandle fd, byte* data, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int getifaddrs(out InterfaceAddress* first);

    [LibraryImport("libc")]
    internal static unsafe partial void freeifaddrs(InterfaceAddress* first);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int sched_setaffinity(int pid, nint size, ulong* mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial int sched_getaffinity(int pid, nint size, ulong* mask);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);

    [LibraryImport("libc")]
    internal static unsafe partial nint if_indextoname(uint index, byte* name);

    /// <summary>struct rlimit: a soft and a hard limit of a process (getrlimit(2)).</summary>
    internal struct ResourceLimit
    {
        internal nuint rlim_cur;
        internal nuint rlim_max;
    }

    /// <summary>The start of struct ifaddrs: an address of an interface, in a list (getifaddrs(3)).</summary>
    internal unsafe struct InterfaceAddress
    {
#pragma warning disable CS0649 // The C library fills it.
        internal InterfaceAddress* ifa_next;
        internal byte* ifa_name;
        internal uint ifa_flags;
        internal byte* ifa_addr;
#pragma warning restore CS0649
    }
}
