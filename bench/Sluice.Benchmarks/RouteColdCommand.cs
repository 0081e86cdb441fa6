using System.Diagnostics;
using System.Globalization;
using Sluice.Linux.Tools;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>route-cold</c> verb: starts <c>sluice proxy</c> in this network namespace, from manifests to rules, then empties one of its chains and
/// waits until an audit has found and mended that.
/// </summary>
internal static class RouteColdCommand
{
    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--sluice", var program, "--cluster", var cluster])
        {
            return Usage();
        }

        MeasureAsync(program, cluster).GetAwaiter().GetResult();
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: route-cold --sluice PROGRAM --cluster FILE
              --sluice   the program to start
              --cluster  the manifests
            """);
        return 2;
    }

    private static async Task MeasureAsync(string program, string cluster)
    {
        var start = Stopwatch.GetTimestamp();
        await using var proxy = RouteProxy.OfManifests(program, cluster, "--iptables-backend", "nft", "--iptables-sync-period", "5s");
        await proxy.UntilAsync("all rules are in place");
        Print("cold", Stopwatch.GetElapsedTime(start), proxy.Cost, proxy);

        // Without a change by somebody else the proxy knows that it has nothing to look at.
        var tools = RouteCluster.Tools();
        var before = proxy.Cost;
        start = Stopwatch.GetTimestamp();
        if (SystemTool.RunFile(tools.Programs.Command, ["-w", "-t", "nat", "-F", "KUBE-MARK-MASQ"]) is { Succeeded: false } run)
        {
            throw new InvalidOperationException(run.Error);
        }

        await proxy.UntilAsync("somebody changed the rules; mended");
        Print("audit", Stopwatch.GetElapsedTime(start), proxy.Cost - before, proxy);
        if (await RouteCluster.Read(cluster).ReconcileAsync(tools) is > 0 and var wrong)
        {
            throw new InvalidOperationException($"the kernel differs from the plan: {wrong} batches");
        }
    }

    private static void Print(string name, TimeSpan time, TimeSpan processor, RouteProxy proxy) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name} {time.TotalSeconds:F2} {processor.TotalSeconds:F2} {proxy.PeakMegabytes:F0} # s, processor s, MB peak; {proxy.Megabytes:F0} MB now"));
}
