using System.Globalization;

namespace Sluice.Linux.Measuring;

/// <summary>
/// The memory that the kernel has for itself and that rules are kept in (proc_meminfo(5)): SUnreclaim (slabs that cannot be given back, and allocations
/// too large for one), VmallocUsed and Percpu. Of the whole machine, so what else the kernel does shows in it.
/// </summary>
public static class KernelMemory
{
    private const int Samples = 5;
    private static readonly string[] s_fields = ["SUnreclaim:", "VmallocUsed:", "Percpu:"];
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>How much there is now.</summary>
    /// <returns>The median of some samples in bytes, and by how much they differ; null when the kernel does not say.</returns>
    public static (long Bytes, long Noise)? Read()
    {
        var samples = new long[Samples];
        for (var i = 0; i < Samples; i++)
        {
            if (ReadOnce() is not { } bytes)
            {
                return null;
            }

            samples[i] = bytes;
            Thread.Sleep(s_pause);
        }

        Array.Sort(samples);
        return (samples[Samples / 2], samples[^1] - samples[0]);
    }

    private static long? ReadOnce()
    {
        const string File = "/proc/meminfo";
        if (!System.IO.File.Exists(File))
        {
            return null;
        }

        var (sum, found) = (0L, 0);
        foreach (var line in System.IO.File.ReadLines(File))
        {
            if (Array.Exists(s_fields, f => line.StartsWith(f, StringComparison.Ordinal)))
            {
                sum += long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
                found++;
            }
        }

        // Percpu came with Linux 4.20; without it the sum is still most of it.
        return found > 1 ? sum : null;
    }
}
