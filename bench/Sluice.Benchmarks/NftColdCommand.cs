using System.Diagnostics;
using System.Globalization;
using Sluice.Daemon;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Nftables;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>nft-cold</c> verb: from decoded objects to all rules in this network namespace, by a process that has just started; then a restart, which
/// finds the rules there.
/// </summary>
internal static class NftColdCommand
{
    public static int Run(ReadOnlySpan<string> options) => ClusterVerb.Run("nft-cold", options, MeasureAsync);

    public static int Usage() => ClusterVerb.Usage("nft-cold");

    private static async Task MeasureAsync(NftCluster cluster)
    {
        // As the proxy does between reading the cluster and its first sync.
        HeapTrim.Run();
        var decoded = RouteCost.Megabytes;
        var (start, cost) = (Stopwatch.GetTimestamp(), RouteCost.Now);
        var intent = cluster.MakeIntent();
        var planned = Stopwatch.GetElapsedTime(start);
        var written = await SyncAsync(intent);
        var (time, spent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"cold {time.TotalSeconds:F3} {spent.Own.TotalSeconds:F2} {RouteCost.PeakMegabytes:F0} # s from decoded objects to rules, processor s, MB peak; {written} elements and chains; what Services shall do took {planned.TotalSeconds:F3} s of it; {RouteCost.Megabytes:F0} MB now, {decoded:F0} MB of it before"));

        start = Stopwatch.GetTimestamp();
        written = await SyncAsync(intent);
        time = Stopwatch.GetElapsedTime(start) + planned;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"restart {time.TotalSeconds:F3} {written} # s, elements and chains written: the kernel's table read and compared, what Services shall do made anew"));
    }

    // The first sync of a proxy; how many elements and chains it wrote.
    private static async Task<int> SyncAsync(ServiceIntent intent)
    {
        using var connection = NftKernel.Open();
        using var second = NftKernel.Open();
        using var loose = NftKernel.Open();
        var kernel = new NftCountingKernel(new Daemon.NftKernel(connection, second, loose, intent.Family, NftOwnership.Owner));
        var result = await new NftablesKernel(kernel, new NftablesPlanOptions(intent.Family), new OwnWrites()).CompareAsync(intent, CancellationToken.None);
        return result.Status == WriteStatus.Done ? kernel.Written : throw new InvalidOperationException(result.Problem);
    }
}
