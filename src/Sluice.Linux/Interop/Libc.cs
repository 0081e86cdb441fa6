using System.Runtime.InteropServices;

namespace Sluice.Linux.Interop;

/// <summary>The system calls that .NET does not offer.</summary>
internal static partial class Libc
{
    internal const int RLIMIT_STACK = 3;

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int getrlimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setrlimit(int resource, in ResourceLimit limit);

    /// <summary>struct rlimit: a soft and a hard limit of a process (getrlimit(2)).</summary>
    internal struct ResourceLimit
    {
        internal nuint rlim_cur;
        internal nuint rlim_max;
    }
}
