using System.Runtime.InteropServices;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>The real proxy in nftables mode: starts, restarts, changes, damage, other modes.</summary>
public sealed class NftProxyTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_start_makes_the_tables_and_a_restart_changes_nothing_in_the_kernel(bool fromServer)
    {
        await using var lab = await NftProxyLab.CreateAsync(fromServer);
        lab.Write(ClusterFile.Json(20, i => [.. Enumerable.Range(0, i % 4)]));
        var proxy = await lab.StartNftablesAsync();
        Assert.Equal("", lab.Difference());
        proxy.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await proxy.ExitAsync());
        var before = lab.Nft("-a", "list", "table", "ip", "sluice");
        Assert.Contains("172.30.0.4", before, StringComparison.Ordinal);

        await lab.StartNftablesAsync();
        Assert.Equal("", lab.Difference());

        // Rules and sets keep their handles: nothing was made anew. The order of elements is the kernel's.
        Assert.Equal(Sorted(before), Sorted(lab.Nft("-a", "list", "table", "ip", "sluice")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Changes_reach_the_kernel_and_only_what_differs_does(bool fromServer)
    {
        await using var lab = await NftProxyLab.CreateAsync(fromServer);
        lab.Write(ClusterFile.Json(30, _ => [0, 1, 2]));
        var proxy = await lab.StartNftablesAsync("-v", "1");
        var random = new Random(20261129);
        for (var i = 0; i < 20; i++)
        {
            var services = random.Next(1, 40);
            lab.Write(ClusterFile.Json(services, s => [.. Enumerable.Range(0, 5).Where(e => random.Next(2) == 0)]));
            await lab.BecomesRightAsync(proxy);
        }

        // One endpoint takes the place of another: one transaction.
        lab.Write(ClusterFile.Json(5, _ => [0, 1, 2]));
        await lab.BecomesRightAsync(proxy);
        var generation = lab.Generation();
        lab.Write(ClusterFile.Json(5, s => s == 3 ? [0, 1, 3] : [0, 1, 2]));
        await lab.BecomesRightAsync(proxy);
        Assert.InRange(lab.Generation() - generation, 1u, 2u);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_others_flush_or_remove_is_there_again_within_a_period(bool fromServer)
    {
        await using var lab = await NftProxyLab.CreateAsync(fromServer);
        lab.Write(ClusterFile.Json(10, _ => [0, 1, 2]));
        var proxy = await lab.StartNftablesAsync();
        foreach (var damage in (string[][])[["flush", "ruleset"], ["delete", "table", "ip", "sluice"], ["flush", "map", "ip", "sluice", "endpoints"], ["flush", "chain", "ip", "sluice", "services"]])
        {
            string? refused = null;
            try
            {
                lab.Nft(damage);
            }
            catch (LabException e)
            {
                // An owned table is not others' to change.
                refused = e.Message;
            }

            output.WriteLine($"nft {string.Join(' ', damage)}: {(refused is null ? "done" : "refused")}, {(lab.Difference().Length == 0 ? "nothing was lost" : "damaged")}");
            await lab.BecomesRightAsync(proxy);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_others_change_while_no_proxy_runs_is_mended_at_the_next_start(bool fromServer)
    {
        await using var lab = await NftProxyLab.CreateAsync(fromServer);
        lab.Write(ClusterFile.Json(10, _ => [0, 1, 2]));
        foreach (var damage in (string[][])[
            ["flush", "map", "ip", "sluice", "endpoints"],
            ["flush", "chain", "ip", "sluice", "services"],
            ["delete", "table", "ip6", "sluice"],
            ["add", "element", "ip", "sluice", "cluster-ips", "{ 172.30.9.9 }"],
            ["add", "chain", "ip", "sluice", "stray"],
            ["add", "set", "ip", "sluice", "stray", "{ type ipv4_addr; }"],
            ["flush", "ruleset"]])
        {
            await (await lab.StartNftablesAsync()).StopAsync();
            Assert.Equal("", lab.Difference());
            lab.Nft(damage);
            var proxy = await lab.StartNftablesAsync("-v", "1");
            Assert.True(lab.Difference().Length == 0, $"nft {string.Join(' ', damage)}: {lab.Difference()}\n{proxy.Log}");
            await proxy.StopAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_kill_9_in_the_middle_of_changes_the_next_start_goes_on(bool fromServer)
    {
        await using var lab = await NftProxyLab.CreateAsync(fromServer);
        var random = new Random(7);
        lab.Write(ClusterFile.Json(200, _ => [0, 1, 2]));
        for (var i = 0; i < 5; i++)
        {
            var proxy = await lab.StartNftablesAsync();
            for (var change = 0; change < 10; change++)
            {
                lab.Write(ClusterFile.Json(150 + random.Next(100), _ => [.. Enumerable.Range(0, 1 + random.Next(6))]));
                await Task.Delay(random.Next(30), TestContext.Current.CancellationToken);
            }

            await proxy.KillAsync();
        }

        var last = await lab.StartNftablesAsync();
        await lab.BecomesRightAsync(last);
    }

    [Fact]
    public async Task The_table_of_kube_proxy_goes_only_when_told()
    {
        using var lab = NftProxyLab.Create();
        lab.Nft("add", "table", "ip", "kube-proxy");
        lab.Write(ClusterFile.Json(2, _ => [0]));
        var proxy = await lab.StartNftablesAsync();
        await proxy.LineAsync(0, "level=warn", "--replace-kube-proxy");
        Assert.NotNull(lab.Table(IPFamily.IPv4, "kube-proxy"));
        await proxy.StopAsync();
        proxy = await lab.StartNftablesAsync("--replace-kube-proxy");
        await proxy.LineAsync(0, "removed", "table=kube-proxy");
        Assert.Null(lab.Table(IPFamily.IPv4, "kube-proxy"));
    }

    [Theory]
    [InlineData("--cleanup", true)]
    [InlineData("--cleanup-own", false)]
    public async Task Cleaning_up_leaves_tables_of_others_only(string how, bool includesKubeProxy)
    {
        using var lab = NftProxyLab.Create();
        lab.Nft("add", "table", "ip", "kube-proxy");
        lab.Write(ClusterFile.Json(2, _ => [0]));
        await (await lab.StartNftablesAsync()).StopAsync();
        Assert.Contains("table=sluice", await lab.CleanUpAsync(how), StringComparison.Ordinal);
        Assert.Null(lab.Table(IPFamily.IPv4));
        Assert.Null(lab.Table(IPFamily.IPv6));
        Assert.Equal(includesKubeProxy, lab.Table(IPFamily.IPv4, "kube-proxy") is null);
        Assert.Contains("table inet firewall", lab.Nft("list", "ruleset"), StringComparison.Ordinal);
        Assert.Contains("nothing to remove", await lab.CleanUpAsync(how), StringComparison.Ordinal);
    }

    // The owner shows with the table while it runs.
    private static string[] Sorted(string listing) =>
        [.. listing.Split('\n').Where(l => !l.StartsWith("\tflags ", StringComparison.Ordinal) && !l.StartsWith("table ", StringComparison.Ordinal)).SelectMany(l => l.Split(',', StringSplitOptions.TrimEntries)).Select(l => l.Replace("elements = { ", "").TrimEnd(' ', '}')).Order(StringComparer.Ordinal)];
}
