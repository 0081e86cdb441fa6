using System.Diagnostics;
using System.Globalization;
using Sluice.Netfilter.Iptables;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>route-cold</c> verb: from manifests to rules in this network namespace, as a node does at its start, then a whole audit. With
/// <c>--keep</c> it only writes the input that iptables-restore gets, a file per call: loading those alone is what it is compared with.
/// </summary>
internal static class RouteColdCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        switch (options)
        {
            case ["--cluster", var cluster]:
                LoadAsync(cluster).GetAwaiter().GetResult();
                return 0;
            case ["--cluster", var cluster, "--keep", var folder]:
                Keep(cluster, folder);
                return 0;
            default:
                return Usage();
        }
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: route-cold --cluster FILE [--keep FOLDER]
              --cluster  the manifests
              --keep     writes what iptables-restore would get to the folder, and changes no rule
            """);
        return 2;
    }

    private static async Task LoadAsync(string path)
    {
        var tools = RouteCluster.Tools();
        var (start, cost) = (Stopwatch.GetTimestamp(), RouteCost.Now);
        var cluster = RouteCluster.Read(path);
        var read = Stopwatch.GetElapsedTime(start);
        var batches = await cluster.ReconcileAsync(tools);
        var (time, spent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"cold {time.TotalSeconds:F2} {spent.Total.TotalSeconds:F2} {RouteCost.PeakMegabytes:F0} # s, processor s, MB peak; {batches} batches, {read.TotalSeconds:F2} s until read, {spent.Own.TotalSeconds:F2} s processor of its own"));

        (start, cost) = (Stopwatch.GetTimestamp(), RouteCost.Now);
        var wrong = await cluster.ReconcileAsync(tools);
        (time, spent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"audit {time.TotalSeconds:F2} {spent.Total.TotalSeconds:F2} {RouteCost.PeakMegabytes:F0} # s, processor s, MB peak; {wrong} batches, {spent.Own.TotalSeconds:F2} s processor of its own, {RouteCost.Megabytes:F0} MB now"));
        if (wrong != 0)
        {
            throw new InvalidOperationException("the audit found differences in what was just written");
        }
    }

    private static void Keep(string path, string folder)
    {
        Directory.CreateDirectory(folder);
        var batches = Dataplane.Diff.IptablesReconciler.Reconcile(Stream.Null, RouteCluster.Read(path).Plan).Batches;
        for (var i = 0; i < batches.Count; i++)
        {
            File.WriteAllText(Path.Combine(folder, $"{i:D5}"), RestoreBatchWriter.Write(batches[i]));
        }
    }
}
