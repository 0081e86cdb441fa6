using System.Diagnostics;
using System.Globalization;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>daemon</c> verb: the real proxy in nftables mode in this network namespace, at an API server over TLS: its start, one endpoint after
/// idleness, memory after many changes, and what it costs when nothing happens. Server and proxy share the machine.
/// </summary>
internal static class DaemonCommand
{
    private const int Samples = 400;

    // Coprime to the numbers of Services: another Service each time, far from the one before.
    private const int Stride = 7919;

    // The new endpoint comes in the place of the old one, and then what is left of the old one goes.
    private const int TransactionsPerChange = 2;

    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly int[] s_counts = [1_000, 10_000];

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--sluice", var program, "--services", var s, "--endpoints", var e, "--folder", var folder, "--idle", var i, .. var rest] || rest is not ([] or ["--start-only"]) ||
            !int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out var services) || services is 0 or > RouteManifest.MaxServices ||
            !int.TryParse(e, NumberStyles.None, CultureInfo.InvariantCulture, out var endpoints) || endpoints is 0 or > RouteManifest.MaxEndpoints ||
            !int.TryParse(i, NumberStyles.None, CultureInfo.InvariantCulture, out var idle) || idle == 0)
        {
            return Usage();
        }

        MeasureAsync(program, services, endpoints, folder, idle, startOnly: rest.Length > 0).GetAwaiter().GetResult();
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine($"""
            usage: daemon --sluice PROGRAM --services N --endpoints N --folder FOLDER --idle SECONDS [--start-only]
              --sluice      the program to start
              --services    how many, at most {RouteManifest.MaxServices}
              --endpoints   endpoints of each, at most {RouteManifest.MaxEndpoints}
              --folder      where the kubeconfig goes
              --idle        how long to look at it when nothing happens
              --start-only  change nothing
            """);
        return 2;
    }

    private static async Task MeasureAsync(string program, int services, int endpoints, string folder, int idle, bool startOnly)
    {
        Directory.CreateDirectory(folder);
        await using var server = await DaemonServer.StartAsync(new RouteManifest(services, endpoints, isPlain: false), services, folder);
        GC.Collect();
        var start = Stopwatch.GetTimestamp();
        await using var proxy = RouteProxy.OfServer(program, server.Kubeconfig);
        await proxy.UntilAsync("all rules are in place");
        Print("start", $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F2} {proxy.Cost.TotalSeconds:F2} {proxy.Megabytes:F0} {proxy.PeakMegabytes:F0} # s, processor s, MB resident, MB peak");
        Check(server, "differ-start");
        if (!startOnly)
        {
            await ChangeAsync(server, proxy, services);
            Check(server, "differ-changes");
        }

        // What the start or the changes left to do is done.
        await Task.Delay(s_patience);
        var (cost, clock) = (proxy.Cost, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(idle));
        cost = proxy.Cost - cost;
        var time = Stopwatch.GetElapsedTime(clock);
        Print("idle", $"{100 * cost / time:F3} # % of a processor; {cost.TotalMilliseconds:F0} ms in {time.TotalSeconds:F1} s, counted in 10 ms");
    }

    private static async Task ChangeAsync(DaemonServer server, RouteProxy proxy, int services)
    {
        using var monitor = new DaemonMonitor(s_patience);
        var before = await DaemonMetrics.ReadAsync();
        var samples = new NftSamples(Samples);
        var first = TimeSpan.Zero;
        var change = 0;
        for (; change < Samples; change++)
        {
            await Task.Delay(s_idle);
            var time = Move(server, monitor, services, change);
            first = change == 0 ? time : first;
            samples.Add(time);
        }

        var after = await DaemonMetrics.ReadAsync();
        Print("change", $"{samples.Median:F0} {samples.Percentile(99):F0} {samples.Worst:F0} # us p50, p99, worst of {samples.Count}, after {s_idle.TotalMilliseconds:F0} ms without; the first after the start {first.TotalMicroseconds:F0}");
        Print("stages", $"{after.MeanSince(before, "watch"):F0} {after.MeanSince(before, "plan"):F0} {after.MeanSince(before, "send"):F0} # us from arrival to the start of a sync, planning, sending until the acknowledgement, by the proxy's own metrics, mean");

        var start = Stopwatch.GetTimestamp();
        for (var next = 0; next < s_counts.Length; next++)
        {
            for (; change < s_counts[next]; change++)
            {
                Move(server, monitor, services, change);
            }

            Print(string.Create(CultureInfo.InvariantCulture, $"changes-{change}"), $"{proxy.Megabytes:F0} {proxy.PeakMegabytes:F0} # MB resident, MB peak; {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s since the first one without a pause");
        }

        Print("transactions", $"{monitor.Generations - (TransactionsPerChange * change)} # generations of rules beyond {TransactionsPerChange} for each change");
    }

    // From the server's beginning to write the event to the kernel's announcement of the last transaction.
    private static TimeSpan Move(DaemonServer server, DaemonMonitor monitor, int services, int change)
    {
        server.Move((int)((long)change * Stride % services), change);
        var end = 0L;
        for (var transaction = 0; transaction < TransactionsPerChange; transaction++)
        {
            end = monitor.Wait();
        }

        return Stopwatch.GetElapsedTime(server.Told, end);
    }

    private static void Check(DaemonServer server, string word) =>
        Print(word, $"{NftKernel.CountDifferences(server.ReadIntent())} # elements and chains that the kernel has otherwise than what the API server says");

    private static void Print(string word, FormattableString text) => Console.WriteLine($"{word} {text.ToString(CultureInfo.InvariantCulture)}");
}
