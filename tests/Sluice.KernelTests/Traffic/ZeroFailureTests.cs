using System.Diagnostics;
using Sluice.KernelTests.Daemon;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>No connection fails while endpoints change without pause and the proxy is restarted, once killed and once ended.</summary>
public sealed class ZeroFailureTests(ITestOutputHelper output)
{
    private const int Connections = 60_000;
    private const int Seed = 20261123;

    private static readonly TimeSpan s_changeEvery = TimeSpan.FromMilliseconds(50);
    // What one change costs leaves room for more.
    private static readonly TimeSpan s_changeFast = TimeSpan.FromMilliseconds(5);

    // What says which endpoints there are makes no difference to the modes: one of them goes by manifests.
    [Theory]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.IptablesLegacy, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task All_connections_arrive_while_endpoints_change_and_the_proxy_restarts(ProxyRules rules, bool fromServer)
    {
        rules.SkipWhereUnavailable();

        using var lab = LabCluster.Build([.. Enumerable.Range(0, 12).Select(i => new LabPod($"web-{i}", 11 + i)), new LabPod("shell", 100)]);
        var folder = Directory.CreateTempSubdirectory("sluice-changing-").FullName;
        try
        {
            await using var source = await LabSource.OpenAsync(lab.Node.Machine.Namespace, folder, fromServer);
            await RunAsync(lab, rules, source);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task RunAsync(LabCluster lab, ProxyRules rules, LabSource source)
    {
        var pods = new RollingPods(lab, [.. lab.Node.Pods.Where(p => p.Name != "shell")], source, Seed);
        var proxy = await StartAsync(lab, rules, source);
        await using var load = new ConnectionLoad(lab, (_, _) => false);
        using var stop = new CancellationTokenSource();
        var changes = Task.Run(async () =>
        {
            using var timer = new PeriodicTimer(rules == ProxyRules.Nftables ? s_changeFast : s_changeEvery);
            while (!stop.IsCancellationRequested && await timer.WaitForNextTickAsync(CancellationToken.None))
            {
                pods.Step();
            }
        });

        await load.ReachAsync(Connections / 3);
        await proxy.KillAsync();
        var down = Stopwatch.StartNew();
        var syncs = SyncsOf(proxy);
        proxy = await StartAsync(lab, rules, source);
        var killed = down.Elapsed;

        if (rules == ProxyRules.Nftables)
        {
            // Somebody cleans up. The table has an owner where the kernel knows owners.
            lab.Node.Machine.Namespace.Check("nft", ["flush", "ruleset"]);
        }

        await load.ReachAsync(2 * Connections / 3);
        await proxy.StopAsync();
        down.Restart();
        syncs += SyncsOf(proxy);
        proxy = await StartAsync(lab, rules, source);
        var ended = down.Elapsed;

        // Endpoints that the proxy should have left behind must really be gone before the end.
        await load.UntilAsync(() => load.Total >= Connections && pods.Gone >= 3);
        await load.StopAsync();
        await stop.CancelAsync();
        await changes;
        syncs += SyncsOf(proxy);
        proxy.Dispose();

        output.WriteLine($"{rules}: {load}");
        output.WriteLine($"  {pods.Changes} changes of endpoints in {syncs} syncs, {pods.Gone} pods gone for good; proxy away {killed.TotalSeconds:0.0} s after kill -9, {ended.TotalSeconds:0.0} s after SIGTERM");
        Assert.True(load.Failures.Count == 0, $"seed {Seed}: {load}\n{string.Join('\n', load.Failures.Take(20))}\n{proxy.Log}");
    }

    private static int SyncsOf(ProxyProcess proxy) =>
        proxy.Lines.Count(l => l.Contains("changes are in place", StringComparison.Ordinal) && l.Contains("family=IPv4", StringComparison.Ordinal));

    private static Task<ProxyProcess> StartAsync(LabCluster lab, ProxyRules rules, LabSource source) => LabProxy.StartAsync(
        lab.Node.Machine, [.. source.Flags, .. rules.Flags(), "--cluster-cidr", LabAddresses.ClusterCidrs[0].ToCidrString(), "--nodeport-addresses", "0.0.0.0/0", .. rules == ProxyRules.Nftables ? [] : rules.Periods("100ms"), "-v", "1"]);
}
