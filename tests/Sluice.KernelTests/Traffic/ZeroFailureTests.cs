using System.Collections.Concurrent;
using System.Diagnostics;
using Sluice.KernelTests.Daemon;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>No connection fails while endpoints change without pause and the proxy is restarted, once killed and once ended.</summary>
public sealed class ZeroFailureTests(ITestOutputHelper output)
{
    private const int Connections = 60_000;
    private const int Seed = 20261123;
    private const int ClientsPerWay = 8;

    private static readonly TimeSpan s_changeEvery = TimeSpan.FromMilliseconds(50);
    // What one change costs leaves room for more.
    private static readonly TimeSpan s_changeFast = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(ProxyRules.IptablesNft)]
    [InlineData(ProxyRules.IptablesLegacy)]
    [InlineData(ProxyRules.Nftables)]
    public async Task All_connections_arrive_while_endpoints_change_and_the_proxy_restarts(ProxyRules rules)
    {
        if ((LabSupport.Unavailable ?? LabProbe.Unavailable(rules.Variant())) is { } reason)
        {
            Assert.Skip(reason);
        }

        using var lab = LabCluster.Build([.. Enumerable.Range(0, 12).Select(i => new LabPod($"web-{i}", 11 + i)), new LabPod("shell", 100)]);
        var folder = Directory.CreateTempSubdirectory("sluice-rolling-").FullName;
        try
        {
            await RunAsync(lab, rules, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task RunAsync(LabCluster lab, ProxyRules rules, string folder)
    {
        var pods = new RollingPods([.. lab.Node.Pods.Where(p => p.Name != "shell")], folder, Seed);
        var proxy = await StartAsync(lab, rules, folder);
        var counts = new ConcurrentDictionary<string, int>();
        var failures = new ConcurrentQueue<string>();
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        (string Name, LabMachine Client, LabFlow Flow)[] ways =
        [
            ("cluster IP", lab.Pod("shell"), new LabFlow(L4Protocol.Tcp, NetAddress.Parse("10.96.0.10"), 80)),
            ("node port", lab.Client, new LabFlow(L4Protocol.Tcp, lab.Node.Machine.Address(IPFamily.IPv4), 30080)),
            ("load balancer", lab.Client, new LabFlow(L4Protocol.Tcp, NetAddress.Parse("198.51.100.10"), 80)),
        ];
        var load = ways.SelectMany(way => Enumerable.Repeat(way, ClientsPerWay)).Select(way => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var started = clock.Elapsed;
                var result = await way.Client.ConnectAsync(way.Flow with { Patience = s_patience });
                counts.AddOrUpdate(way.Name, 1, (_, n) => n + 1);
                if (result is not ConnectionResult.Delivered)
                {
                    failures.Enqueue($"{way.Name} at {started.TotalSeconds:0.00} s: {result}");
                }
            }
        })).ToList();
        var changes = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(rules == ProxyRules.Nftables ? s_changeFast : s_changeEvery);
            while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None))
            {
                pods.Step();
            }
        });

        await UntilAsync(() => counts.Values.Sum() >= Connections / 3, counts);
        await proxy.KillAsync();
        var down = clock.Elapsed;
        var syncs = SyncsOf(proxy);
        proxy = await StartAsync(lab, rules, folder);
        var killed = clock.Elapsed - down;

        if (rules == ProxyRules.Nftables)
        {
            // Somebody cleans up. The table has an owner where the kernel knows owners.
            lab.Node.Machine.Namespace.Check("nft", ["flush", "ruleset"]);
        }

        await UntilAsync(() => counts.Values.Sum() >= 2 * Connections / 3, counts);
        await proxy.StopAsync();
        down = clock.Elapsed;
        syncs += SyncsOf(proxy);
        proxy = await StartAsync(lab, rules, folder);
        var ended = clock.Elapsed - down;

        // Endpoints that the proxy should have left behind must really be gone before the end.
        await UntilAsync(() => counts.Values.Sum() >= Connections && pods.Gone >= 3, counts);
        await stop.CancelAsync();
        await Task.WhenAll([.. load, changes]);
        syncs += SyncsOf(proxy);
        proxy.Dispose();

        var total = counts.Values.Sum();
        output.WriteLine($"{rules}: {total} connections in {clock.Elapsed.TotalSeconds:0.0} s ({string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))}), {failures.Count} failed");
        output.WriteLine($"  {pods.Changes} changes of endpoints in {syncs} syncs, {pods.Gone} pods gone for good; proxy away {killed.TotalSeconds:0.0} s after kill -9, {ended.TotalSeconds:0.0} s after SIGTERM");
        Assert.True(failures.IsEmpty, $"seed {Seed}: {failures.Count} of {total} failed\n{string.Join('\n', failures.Take(20))}\n{proxy.Log}");
        Assert.True(total >= Connections);
    }

    private static int SyncsOf(ProxyProcess proxy) =>
        proxy.Lines.Count(l => l.Contains("changes are in place", StringComparison.Ordinal) && l.Contains("family=IPv4", StringComparison.Ordinal));

    private static async Task UntilAsync(Func<bool> isReached, ConcurrentDictionary<string, int> counts)
    {
        var started = Stopwatch.GetTimestamp();
        while (!isReached())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(3), $"only {counts.Values.Sum()} connections in time");
            await Task.Delay(s_changeEvery);
        }
    }

    private static Task<ProxyProcess> StartAsync(LabCluster lab, ProxyRules rules, string folder) => LabProxy.StartAsync(
        lab.Node.Machine, rules, folder, ["--cluster-cidr", LabAddresses.ClusterCidrs[0].ToCidrString(), "--nodeport-addresses", "0.0.0.0/0", .. rules == ProxyRules.Nftables ? [] : rules.Periods("100ms"), "-v", "1"]);
}
