using System.Diagnostics;
using System.Globalization;
using Sluice.Dataplane.Conntrack;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// The <c>conntrack</c> verb: what a look at a full table of flows takes, with nothing stale and with a hundredth of it; and what a change of an
/// endpoint costs in nftables mode meanwhile, against the same without.
/// </summary>
internal static class ConntrackCommand
{
    private const int WarmUp = 3_000;

    private static readonly TimeSpan s_between = TimeSpan.FromMilliseconds(2);

    public static int Run(ReadOnlySpan<string> options)
    {
        if (options is not ["--cluster", var cluster, "--flows", var text] ||
            !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var flows) || flows < 1)
        {
            return Usage();
        }

        Measure(NftCluster.Read(cluster).MakeIntent(), flows);
        return 0;
    }

    public static int Usage()
    {
        Console.Error.WriteLine("""
            usage: conntrack --cluster FILE --flows N
              --cluster  the manifests of the cluster whose endpoints change
              --flows    how many tracked flows there are
            """);
        return 2;
    }

    private static void Measure(ServiceIntent cluster, int flows)
    {
        using var side = new NftChangeSide(cluster);
        for (var i = 0; i < WarmUp; i++)
        {
            _ = side.Replace();
        }

        var start = Stopwatch.GetTimestamp();
        using var table = new FlowTable(flows);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"made {flows} {table.Spaces} # flows, network namespaces that hold them, since the kernel limits each; {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s"));

        // Once for the compiler.
        _ = table.Sweep(StaleOf(FlowTable.Endpoints));
        Print("look", table, StaleOf(FlowTable.Endpoints));

        var alone = Change(side, () => Rest(TimeSpan.FromSeconds(3)));
        var during = Change(side, () =>
        {
            _ = table.Sweep(StaleOf(FlowTable.Endpoints));
            _ = table.Sweep(StaleOf(FlowTable.Endpoints));
        });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"change {alone.Median:F0} {alone.Percentile(99):F0} {during.Median:F0} {during.Percentile(99):F0} # us p50, p99 of a change of one endpoint without a look, and with looks one behind the other; {alone.Count} and {during.Count} times; worst {alone.Worst:F0} and {during.Worst:F0} us"));
        Print("clean", table, StaleOf(FlowTable.Endpoints - 1));
    }

    private static void Print(string word, FlowTable table, ConntrackJudge isStale)
    {
        var (start, cost) = (Stopwatch.GetTimestamp(), RouteCost.Now);
        var sweep = table.Sweep(isStale);
        var (time, spent) = (Stopwatch.GetElapsedTime(start), RouteCost.Now - cost);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{word} {time.TotalSeconds:F2} {spent.Own.TotalSeconds:F2} {sweep.Looked} {sweep.Deleted} # s, processor s, flows looked at, flows deleted; {RouteCost.Megabytes:F0} MB resident"));
    }

    // Changes an endpoint again and again while something else is done.
    private static NftSamples Change(NftChangeSide side, Action meanwhile)
    {
        var samples = new NftSamples(WarmUp);
        var work = Task.Factory.StartNew(meanwhile, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        while (!work.IsCompleted)
        {
            samples.Add(side.Replace());
            Rest(s_between);
        }

        work.GetAwaiter().GetResult();
        return samples;
    }

    private static void Rest(TimeSpan time)
    {
        using var never = new ManualResetEvent(initialState: false);
        _ = never.WaitOne(time);
    }

    // The Service with its first endpoints; flows to the others are stale.
    private static ConntrackJudge StaleOf(int endpoints)
    {
        var name = new ObjectName("default", "dns");
        var port = new PortIntent(new ServicePortName(name, "", L4Protocol.Udp), FlowTable.Service, 53)
        {
            Endpoints = EndpointChoice.None,
            KnownEndpoints = Enumerable.Range(0, endpoints).Select(e => new Endpoint(FlowTable.Endpoint(e), 5353)).ToEquatableArray(),
        };
        var scope = new StaleFlowScope(IPFamily.IPv4, cleansTcp: false);
        scope.AddEverything(ServiceIntent.Empty(NftCluster.Node, IPFamily.IPv4).With(name, [port]));
        return new StaleFlows(scope, NftCluster.Node.NodeIPs).IsStale;
    }
}
