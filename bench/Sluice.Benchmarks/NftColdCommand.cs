using System.Diagnostics;
using System.Globalization;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>nft-cold</c> verb: from decoded objects to all rules in this network namespace, by a process that has just started; then a restart, which
/// finds the rules there.
/// </summary>
internal static class NftColdCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--cluster", var cluster])
        {
            return Usage();
        }

        Measure(NftCluster.Read(cluster));
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: nft-cold --cluster FILE
              --cluster  the manifests
            """);
        return 2;
    }

    private static void Measure(NftCluster cluster)
    {
        GC.Collect();
        var decoded = RouteCost.Megabytes;
        var (start, cost) = (Stopwatch.GetTimestamp(), RouteCost.Now);
        var intent = cluster.MakeIntent();
        var planned = Stopwatch.GetElapsedTime(start);
        using var kernel = NftKernel.Load(intent);
        var (time, spent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"cold {time.TotalSeconds:F3} {spent.Own.TotalSeconds:F2} {RouteCost.PeakMegabytes:F0} # s from decoded objects to rules, processor s, MB peak; {kernel.Written} elements and chains; what Services shall do took {planned.TotalSeconds:F3} s of it; {RouteCost.Megabytes:F0} MB now, {decoded:F0} MB of it before"));

        start = Stopwatch.GetTimestamp();
        var written = kernel.Restart();
        time = Stopwatch.GetElapsedTime(start) + planned;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"restart {time.TotalSeconds:F3} {written} # s, elements and chains written: the kernel's table read and compared, what Services shall do made anew"));
    }
}
