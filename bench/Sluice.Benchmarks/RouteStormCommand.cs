using System.Globalization;
using Sluice.Daemon;
using Sluice.Kubernetes.Cluster;
using Sluice.Linux.Iptables;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>route-storm</c> verb: endpoints change thousands of times a second while the daemon's loop writes rules into this network
/// namespace. The end must be right, and memory must not grow.
/// </summary>
internal static class RouteStormCommand
{
    private static readonly TimeProvider s_time = TimeProvider.System;

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--cluster", var cluster, "--rate", var rateText, "--seconds", var secondsText] ||
            !int.TryParse(rateText, NumberStyles.None, CultureInfo.InvariantCulture, out var rate) || rate == 0 ||
            !int.TryParse(secondsText, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds == 0)
        {
            return Usage();
        }

        return MeasureAsync(cluster, rate, seconds).GetAwaiter().GetResult();
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: route-storm --cluster FILE --rate N --seconds N
              --cluster  the manifests to begin with
              --rate     endpoint changes a second
              --seconds  for how long
            """);
        return 2;
    }

    private static async Task<int> MeasureAsync(string path, int rate, int seconds)
    {
        var tools = RouteCluster.Tools();
        var cluster = RouteCluster.Read(path);
        var slices = cluster.State.Services.Select(s => cluster.State.SlicesOf(s.Name)[0]).OrderBy(s => s.Name).ToList();
        var source = new RouteStormSource(
            slices, [.. cluster.State.Services.Concat<Kubernetes.Objects.ClusterObject>(slices).Select(o => new ClusterChange.Upsert(o))], rate, seconds, s_time);
        var desired = new DesiredState(RouteManifest.NodeName, _ => RouteCluster.Node, [IPFamily.IPv4]);
        var reports = new List<SyncReport>();
        using var stamps = RulesStampReader.Open(tools.Programs);
        var worker = new FamilyWorker(desired, new IptablesKernel(new RuleKernel(tools, stamps, ["filter", "nat"]), RouteCluster.Options, new OwnWrites()), SyncPeriods.Iptables, s_time, Report);
        using var stop = new CancellationTokenSource();
        var loop = new ProxyLoop(source, desired, [worker], new EventLog(Console.Error, s_time, 0)).RunAsync(stop.Token);

        await Task.WhenAny(source.Ready.Task, loop);
        List<double> memory = [];
        var begin = s_time.GetTimestamp();
        while (!source.Over.Task.IsCompleted)
        {
            memory.Add(RouteCost.Megabytes);
            await Task.WhenAny(source.Over.Task, Task.Delay(TimeSpan.FromSeconds(1), s_time));
        }

        // Quiet again: the last change is in the kernel after the sync under way and one more.
        var over = s_time.GetElapsedTime(begin);
        var syncs = Count();
        var wrong = 1;
        for (var i = 0; i < 60 && wrong > 0; i++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), s_time);
            wrong = await cluster.With(source.Slices).CountDifferencesAsync(tools);
        }

        var settled = s_time.GetElapsedTime(begin);
        await stop.CancelAsync();
        await loop;
        var failed = reports.Count(r => r.Result.Status is not (WriteStatus.Done or WriteStatus.Stopped));
        memory.Add(RouteCost.Megabytes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"storm {source.Changes / over.TotalSeconds:F0} {memory.Max() - memory[0]:F0} {wrong + failed} # changes a second, MB grown from {memory[0]:F0}, batches still wrong and syncs failed; {source.Changes} changes in {over.TotalSeconds:F1} s made {syncs} syncs of up to {reports.Max(r => r.Changed)} Services; all in the kernel {settled.TotalSeconds - over.TotalSeconds:F0} s after the last; {RouteCost.PeakMegabytes:F0} MB peak"));
        return wrong + failed == 0 ? 0 : 1;

        void Report(SyncReport report)
        {
            lock (reports)
            {
                reports.Add(report);
            }

            source.Ready.TrySetResult();
        }

        int Count()
        {
            lock (reports)
            {
                return reports.Count;
            }
        }
    }
}
