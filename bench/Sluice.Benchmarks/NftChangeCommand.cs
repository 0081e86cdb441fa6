using System.Globalization;
using Sluice.Kubernetes.Intent;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>nft-change</c> verb: what one changed endpoint costs, from what a Service shall do to the kernel's acknowledgement, in a small and
/// in a large cluster by turns; and the same change by <c>nft -f</c> in kube-proxy's layout with a chain per Service and endpoint.
/// </summary>
internal static class NftChangeCommand
{
    private const int Turn = 100;
    private const int WarmUp = 3_000;
    private const int IdleChanges = 300;
    private const int Resizes = 200;
    private const int NftChanges = 6;
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(10);

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--small", var small, "--cluster", var cluster, "--changes", var text] ||
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var changes) || changes < Turn)
        {
            return Usage();
        }

        Measure(NftCluster.Read(small).MakeIntent(), NftCluster.Read(cluster).MakeIntent(), changes);
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: nft-change --small FILE --cluster FILE --changes N
              --small    the manifests of the cluster to compare with
              --cluster  the manifests of the large cluster
              --changes  how many changes of each are measured, at least {Turn}
            """);
        return 2;
    }

    private static void Measure(ServiceIntent smallIntent, ServiceIntent largeIntent, int changes)
    {
        using var small = new NftChangeSide(smallIntent);
        using var large = new NftChangeSide(largeIntent);
        Repeat(WarmUp, small, large, new NftSamples(WarmUp), new NftSamples(WarmUp));

        // What runs often is compiled anew in the background, a moment later.
        Rest(TimeSpan.FromSeconds(1));
        Repeat(WarmUp, small, large, new NftSamples(WarmUp), new NftSamples(WarmUp));

        var (ofSmall, ofLarge) = (new NftSamples(changes), new NftSamples(changes));
        var allocated = Repeat(changes, small, large, ofSmall, ofLarge);
        Print("change-small", "back to back", ofSmall, allocated.Small / changes);
        Print("change", "back to back", ofLarge, allocated.Large / changes);

        var (idleSmall, idleLarge) = (new NftSamples(IdleChanges), new NftSamples(IdleChanges));
        for (var i = 0; i < IdleChanges; i++)
        {
            Rest(s_idle);
            idleSmall.Add(small.Replace());
            Rest(s_idle);
            idleLarge.Add(large.Replace());
        }

        Print("idle-small", "10 ms after the one before", idleSmall);
        Print("idle", "10 ms after the one before", idleLarge);

        var (more, fewer) = (new NftSamples(Resizes), new NftSamples(Resizes));
        for (var i = 0; i < Resizes; i++)
        {
            var times = large.Resize(i);
            more.Add(times.More);
            fewer.Add(times.Fewer);
        }

        Print("more", "an endpoint more", more);
        Print("fewer", "an endpoint fewer", fewer);
        if (small.CountDifferences() + large.CountDifferences() is > 0 and var wrong)
        {
            throw new InvalidOperationException($"after the changes the kernel differs from the plan: {wrong} elements");
        }

        MeasureNft(largeIntent);
    }

    // By turns, so that whatever else the machine does meets both. Bytes allocated by each.
    private static (long Small, long Large) Repeat(int changes, NftChangeSide small, NftChangeSide large, NftSamples ofSmall, NftSamples ofLarge)
    {
        var (bySmall, byLarge) = (0L, 0L);
        while (ofLarge.Count < changes)
        {
            bySmall += Repeat(small, ofSmall);
            byLarge += Repeat(large, ofLarge);
        }

        return (bySmall, byLarge);
    }

    private static long Repeat(NftChangeSide side, NftSamples samples)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Turn; i++)
        {
            samples.Add(side.Replace());
        }

        return GC.GetAllocatedBytesForCurrentThread() - allocated;
    }

    private static void MeasureNft(ServiceIntent intent)
    {
        using var space = new NetworkNamespace("kube-proxy");
        var layout = new NftEndpointChains(intent);
        var load = layout.LoadIn(space);
        var samples = new NftSamples(2 * NftChanges);
        var ports = intent.Ports.ToList();
        for (var i = 0; i < NftChanges; i++)
        {
            var before = ports[i * ports.Count / NftChanges];
            var after = NftChangeSide.Replace(before, NftChangeSide.Newcomer);
            samples.Add(layout.ChangeIn(space, before, after));
            samples.Add(layout.ChangeIn(space, after, before));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"nft {samples.Median:F0} {samples.Worst:F0} {load.TotalSeconds:F1} # us p50, worst of the same change by nft -f in a chain per Service and endpoint, s to load all of it; {samples.Count} times"));
    }

    private static void Print(string word, string what, NftSamples samples, long? allocated = null) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{word} {samples.Median:F1} {samples.Percentile(99):F1} {allocated} # us p50, p99{(allocated is null ? "" : ", bytes allocated")}: {what}, {samples.Count} times; worst {samples.Worst:F0} us"));

    private static void Rest(TimeSpan time)
    {
        using var never = new ManualResetEvent(initialState: false);
        _ = never.WaitOne(time);
    }
}
