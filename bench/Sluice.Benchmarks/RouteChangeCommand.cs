using System.Diagnostics;
using System.Globalization;
using Sluice.Kubernetes.Cluster;
using Sluice.Linux.Tools;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>route-change</c> verb: what one changed endpoint costs in this network namespace. Each round replaces an endpoint as Sluice does
/// it, and puts it back as kube-proxy does it, which rewrites KUBE-SERVICES.
/// </summary>
internal static class RouteChangeCommand
{
    // The first rounds still compile.
    private const int WarmUp = 5;
    private static readonly NetAddress s_newcomer = NetAddress.Parse("10.255.255.254");

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--cluster", var cluster, "--rounds", var text] ||
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) || rounds == 0)
        {
            return Usage();
        }

        MeasureAsync(cluster, rounds).GetAwaiter().GetResult();
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: route-change --cluster FILE --rounds N
              --cluster  the manifests; their rules are loaded first
              --rounds   how many changes are measured
            """);
        return 2;
    }

    private static async Task MeasureAsync(string path, int rounds)
    {
        var tools = RouteCluster.Tools();
        var cluster = RouteCluster.Read(path);
        await cluster.ReconcileAsync(tools);
        var services = cluster.State.Services.Select(s => s.Name).Order().ToList();
        List<double> ours = [], own = [], theirs = [], planning = [], wall = [], theirWall = [];
        List<long> allocated = [];
        for (var round = -WarmUp; round < rounds; round++)
        {
            var name = services[(round + WarmUp) * 37 % services.Count];
            var slice = cluster.State.SlicesOf(name)[0];
            var changed = slice with { Endpoints = [slice.Endpoints[0] with { Address = s_newcomer }, .. slice.Endpoints.Span[1..]] };

            // What a batch leaves on the heap is not collected in between, as in a daemon that has just one change to make.
            var (start, cost, bytes) = (Stopwatch.GetTimestamp(), RouteCost.Now, GC.GetTotalAllocatedBytes(precise: true));
            var (plan, batches) = cluster.Change(new ClusterChange.Upsert(changed));
            var (planned, made) = (Stopwatch.GetElapsedTime(start), GC.GetTotalAllocatedBytes(precise: true) - bytes);
            await RouteCluster.RestoreAsync(tools, batches);
            var (time, spent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);

            cluster.Accept(plan);
            var (back, _) = cluster.Change(new ClusterChange.Upsert(slice));
            var input = RouteRewrite.Of(plan, back, name);
            (start, cost) = (Stopwatch.GetTimestamp(), RouteCost.Now);
            var run = SystemTool.RunFile(tools.Programs.Restore, ["--noflush", "--counters", "-w", "5"], input);
            var (theirTime, theirSpent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);
            cluster.Accept(back);
            if (!run.Succeeded)
            {
                throw new InvalidOperationException(run.Error);
            }

            if (round >= 0)
            {
                ours.Add(spent.Total.TotalMilliseconds);
                own.Add(spent.Own.TotalMilliseconds);
                theirs.Add(theirSpent.Children.TotalMilliseconds);
                planning.Add(planned.TotalMilliseconds);
                allocated.Add(made);
                wall.Add(time.TotalMilliseconds);
                theirWall.Add(theirTime.TotalMilliseconds);
            }
        }

        if (await cluster.ReconcileAsync(tools) is > 0 and var wrong)
        {
            throw new InvalidOperationException($"after the changes the kernel differs from the plan: {wrong} batches");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"change {Median(ours):F1} {Median(theirs):F1} {Median(ours) / Median(theirs):F3} # processor ms: ours, rewriting KUBE-SERVICES (its tool alone), ratio; of ours {Median(own):F1} ms in this process; wall {Median(wall):F0} and {Median(theirWall):F0} ms; {RouteCost.PeakMegabytes:F0} MB peak"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"planning {Median(planning):F3} {Median([.. allocated.Select(a => a / 1024.0)]):F1} # ms, kB allocated for one change; worst {planning.Max():F3} ms, {allocated.Max() / 1024.0:F1} kB"));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
