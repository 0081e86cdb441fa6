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
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

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
        string[] arguments =
        [
            "proxy", "--cluster", cluster, "--node", RouteManifest.NodeName, "--cluster-cidr", RouteCluster.PodNetwork,
            "--iptables-backend", "nft", "--iptables-sync-period", "5s", "-v", "1",
        ];
        var start = Stopwatch.GetTimestamp();
        using var proxy = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false })!;
        try
        {
            using var patience = new CancellationTokenSource(s_patience);
            await UntilAsync(proxy, "all rules are in place", patience.Token);
            Print("cold", Stopwatch.GetElapsedTime(start), Cost(proxy), proxy);

            // Without a change by somebody else the proxy knows that it has nothing to look at.
            var tools = RouteCluster.Tools();
            var before = Cost(proxy);
            start = Stopwatch.GetTimestamp();
            if (SystemTool.RunFile(tools.Programs.Command, ["-w", "-t", "nat", "-F", "KUBE-MARK-MASQ"]) is { Succeeded: false } run)
            {
                throw new InvalidOperationException(run.Error);
            }

            await UntilAsync(proxy, "somebody changed the rules; mended", patience.Token);
            Print("audit", Stopwatch.GetElapsedTime(start), Cost(proxy) - before, proxy);
            if (await RouteCluster.Read(cluster).ReconcileAsync(tools) is > 0 and var wrong)
            {
                throw new InvalidOperationException($"the kernel differs from the plan: {wrong} batches");
            }
        }
        finally
        {
            proxy.Kill();
            await proxy.WaitForExitAsync(CancellationToken.None);
        }
    }

    // IPv6 has no Service here, and is in place long before.
    private static async Task UntilAsync(Process proxy, string message, CancellationToken cancellation)
    {
        while (await proxy.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            if (line.Contains(message, StringComparison.Ordinal) && line.Contains("family=IPv4", StringComparison.Ordinal))
            {
                return;
            }
        }

        throw new InvalidOperationException($"sluice proxy ended before it said '{message}'");
    }

    private static void Print(string name, TimeSpan time, TimeSpan processor, Process proxy) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name} {time.TotalSeconds:F2} {processor.TotalSeconds:F2} {Status(proxy, "VmHWM:"):F0} # s, processor s, MB peak; {Status(proxy, "VmRSS:"):F0} MB now"));

    // User and system time of it and of the children it has waited for, in ticks of 10 ms (proc_pid_stat(5), fields 14 to 17).
    private static TimeSpan Cost(Process process)
    {
        var stat = File.ReadAllText($"/proc/{process.Id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromMilliseconds(10 * fields[11..15].Sum(f => long.Parse(f, CultureInfo.InvariantCulture)));
    }

    private static double Status(Process process, string name)
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").First(l => l.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }
}
