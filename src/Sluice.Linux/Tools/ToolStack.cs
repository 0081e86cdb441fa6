using Sluice.Linux.Interop;

namespace Sluice.Linux.Tools;

/// <summary>
/// Starts tools with a large stack: iptables-nft-save sorts chains by recursion, and where the kernel holds them in order already that
/// goes as deep as there are chains. At the usual 8 MB it has been seen to crash above 110,000.
/// </summary>
internal static class ToolStack
{
    // Space in the address range only: pages are taken when they are touched.
    private const nuint Wanted = 1 << 30;

    private static readonly Lock s_lock = new();

    /// <summary>Does something with this process's soft limit raised; children that start meanwhile inherit it.</summary>
    internal static T WithLargeStack<T>(Func<T> start)
    {
        // The limit belongs to the whole process. The runtime's own threads are made with an explicit size and do not see it.
        lock (s_lock)
        {
            if (Libc.getrlimit(Libc.RLIMIT_STACK, out var usual) != 0 || usual.rlim_cur >= Wanted)
            {
                return start();
            }

            var raised = usual with { rlim_cur = nuint.Min(Wanted, usual.rlim_max) };
            _ = Libc.setrlimit(Libc.RLIMIT_STACK, in raised);
            try
            {
                return start();
            }
            finally
            {
                _ = Libc.setrlimit(Libc.RLIMIT_STACK, in usual);
            }
        }
    }
}
