using System.Runtime.InteropServices;
using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Link;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>A process without CAP_NET_ADMIN.</summary>
public sealed partial class PrivilegeTests
{
    [UmlFact]
    public void A_process_without_the_right_to_it_is_told_so_in_one_line()
    {
        var problems = WithoutCapabilities(() =>
        {
            Assert.Null(IpvsConnection.TryOpen(out var ipvs));
            Assert.Null(IpsetConnection.TryOpen(out var ipset));
            using var link = LinkConnection.TryOpen(out _)!;
            return string.Join('\n', ipvs, ipset, link.EnsureDummy("kube-ipvs0"));
        });
        Assert.Equal(
            """
            IPVS needs root (CAP_NET_ADMIN of the host's user namespace): run it with sudo
            writing rules needs root (CAP_NET_ADMIN in this network namespace): run it with sudo
            writing rules needs root (CAP_NET_ADMIN in this network namespace): run it with sudo
            """,
            problems);
    }

    // A thread has capabilities of its own, and the kernel looks at those of the thread that opened a socket.
    private static T WithoutCapabilities<T>(Func<T> work)
    {
        T result = default!;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            // struct __user_cap_header_struct of _LINUX_CAPABILITY_VERSION_3, and two times effective, permitted and inheritable ones.
            if (capset([0x20080522, 0], new uint[6]) != 0)
            {
                error = LabException.FromErrno("capset");
                return;
            }

            try
            {
                result = work();
            }
#pragma warning disable CA1031 // Whatever it is, the test fails with it.
            catch (Exception e)
#pragma warning restore CA1031
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        Assert.Null(error);
        return result;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(uint[] header, uint[] data);
}
