using System.Globalization;

namespace Sluice.Daemon.Telemetry;

/// <summary>Reads of /proc what the kernel knows of this process (proc(5)).</summary>
internal static class ProcessReader
{
    // USER_HZ: the kernel shows times to programs in this unit on every architecture that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>What there is in /proc/self/stat that is measured.</summary>
    /// <param name="CpuSeconds">Time of the processor spent.</param>
    /// <param name="StartTicks">When it started, in ticks after the machine did.</param>
    /// <param name="VirtualBytes">Memory mapped.</param>
    /// <param name="ResidentBytes">Memory held.</param>
    internal readonly record struct Stat(double CpuSeconds, double StartTicks, double VirtualBytes, double ResidentBytes);

    /// <summary>Reads a line of /proc/PID/stat.</summary>
    public static Stat Parse(string line)
    {
        // The program's name stands in parentheses and may hold anything; the state that follows it is field 3.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        return new Stat(
            (Field(14) + Field(15)) / TicksPerSecond,
            Field(22),
            Field(23),
            Field(24) * Environment.SystemPageSize);

        double Field(int number) => double.Parse(fields[number - 3], CultureInfo.InvariantCulture);
    }

    /// <summary>This process now.</summary>
    public static Stat ReadStat() => Parse(File.ReadAllText("/proc/self/stat"));

    /// <summary>When this process started, in seconds since 1970.</summary>
    public static double ReadStart()
    {
        var boot = File.ReadLines("/proc/stat").First(l => l.StartsWith("btime ", StringComparison.Ordinal));
        return double.Parse(boot.AsSpan("btime ".Length), CultureInfo.InvariantCulture) + (ReadStat().StartTicks / TicksPerSecond);
    }

    /// <summary>How many descriptors are open.</summary>
    public static double CountDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    /// <summary>A soft limit by its name in /proc/self/limits; the largest number of 64 bits for none.</summary>
    public static double ReadLimit(string name)
    {
        var line = File.ReadLines("/proc/self/limits").First(l => l.StartsWith(name, StringComparison.Ordinal));
        var word = line[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return word == "unlimited" ? ulong.MaxValue : double.Parse(word, CultureInfo.InvariantCulture);
    }
}
