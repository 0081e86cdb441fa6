using System.Diagnostics;
using System.Globalization;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Manifests;

namespace Sluice.Benchmarks;

/// <summary>The <c>cluster-read</c> verb: how fast a cluster is read from its manifest, and what it takes in memory once it is.</summary>
internal static class ClusterReadCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (FileAndRounds.Read(options, usualRounds: 5) is not var (file, rounds))
        {
            return Usage();
        }

        for (int i = 0; i < rounds; i++)
        {
            Measure(file, i == 0 ? "cold" : "warm");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"peak memory of the process {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:F0} MB"));
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: cluster-read --file FILE [--rounds N]
              --file    the manifest to read
              --rounds  how often, 5 unless told; the first is what a start of the program costs
            """);
        return 2;
    }

    private static void Measure(string file, string state)
    {
        GC.Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true), allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        ManifestContent content = ManifestFolder.Read(file);
        TimeSpan read = Stopwatch.GetElapsedTime(start);
        var cluster = new ClusterState();
        cluster.Apply(content.Objects.Select(o => new ClusterChange.Upsert(o)));
        int changed = cluster.TakeChangedServices().Count;
        TimeSpan all = Stopwatch.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        int objects = content.Objects.Count, problems = content.Problems.Count;
        content = new ManifestContent([], [], IsWhole: true);
        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        double size = new FileInfo(file).Length;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{state}: {size / read.TotalSeconds / 1e6,6:F1} MB/s  read {read.TotalMilliseconds,6:F0} ms, with state {all.TotalMilliseconds,6:F0} ms ({processor.TotalMilliseconds:F0} ms processor)  {allocated / 1e6:F0} MB allocated, state holds {kept / 1e6:F1} MB  {objects} objects, {changed} Services, {problems} problems"));
        GC.KeepAlive(cluster);
        GC.KeepAlive(content);
    }
}
