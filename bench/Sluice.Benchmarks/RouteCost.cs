using System.Globalization;
using System.Runtime.InteropServices;

namespace Sluice.Benchmarks;

/// <summary>Processor time and memory: of this process, and of the children it has waited for (getrusage(2)).</summary>
/// <param name="Own">User and system time of this process.</param>
/// <param name="Children">User and system time of its ended children.</param>
internal readonly partial record struct RouteCost(TimeSpan Own, TimeSpan Children)
{
    private const int RUSAGE_SELF = 0;
    private const int RUSAGE_CHILDREN = -1;

    // struct rusage: two pairs of seconds and microseconds, then fourteen counts.
    private const int UsageLength = 18;

    public static RouteCost Now => new(Of(RUSAGE_SELF), Of(RUSAGE_CHILDREN));

    public TimeSpan Total => Own + Children;

    /// <summary>The most memory this process has had resident, in MB.</summary>
    public static double PeakMegabytes => Status("VmHWM:");

    /// <summary>The memory this process has resident now, in MB.</summary>
    public static double Megabytes => Status("VmRSS:");

    public static RouteCost operator -(RouteCost a, RouteCost b) => new(a.Own - b.Own, a.Children - b.Children);

    private static double Status(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    private static TimeSpan Of(int who)
    {
        var usage = new long[UsageLength];
        return GetUsage(who, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : throw new InvalidOperationException("getrusage failed");
    }

    [DllImport("libc", EntryPoint = "getrusage")]
    private static extern int GetUsage(int who, [Out] long[] usage);
}
