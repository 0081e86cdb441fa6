using System.Runtime.InteropServices;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>The rules of another mode go once those of the new one serve: the proxy's own always, kube-proxy's when told.</summary>
public sealed class ModeChangeTests
{
    private const string Replaces = "--replace-kube-proxy";
    private const string Signature = "KUBE-SVC-SLUICE";

    [Theory]
    [InlineData(LabVariant.Nft, false)]
    [InlineData(LabVariant.Nft, true)]
    [InlineData(LabVariant.Legacy, false)]
    public async Task A_start_in_another_mode_there_and_back_leaves_the_rules_of_the_last_one_only(LabVariant variant, bool replaces)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(5, _ => [0, 1]));
        await RunAsync(lab, []);
        Assert.Contains(Signature, lab.Leftovers(), StringComparison.Ordinal);
        var said = await RunAsync(lab, ["--proxy-mode", "nftables", .. replaces ? (string[])[Replaces] : []], $"variant={variant}");
        Assert.Equal("", lab.Leftovers());
        Assert.DoesNotContain("another Service proxy", said, StringComparison.Ordinal);
        await RunAsync(lab, [], "table=sluice");
        Assert.Equal("", lab.Difference());
    }

    [Theory]
    [InlineData(LabVariant.Nft)]
    [InlineData(LabVariant.Legacy)]
    public async Task Rules_that_kube_proxy_made_its_own_go_only_when_told(LabVariant variant)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(5, _ => [0, 1]));
        await RunAsync(lab, []);

        // As kube-proxy does with its first sync.
        lab.RemoveChain("nat", Signature);
        var rules = lab.Leftovers();
        Assert.Contains("KUBE-SVC-", rules, StringComparison.Ordinal);
        var proxy = lab.Start("--proxy-mode", "nftables");
        await proxy.LineAsync(0, "level=warn", "rules of another Service proxy are here too", Replaces);
        proxy.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal(rules, lab.Leftovers());
        await lab.CleanUpAsync("--cleanup-own");
        Assert.Equal(rules, lab.Leftovers());
        await RunAsync(lab, ["--proxy-mode", "nftables", Replaces], $"variant={variant}");
        Assert.Equal("", lab.Leftovers());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_change_of_the_file_there_and_back_leaves_the_rules_of_the_last_mode_only(bool replaces)
    {
        const string Fields = "clusterCIDR: 10.128.0.0/9\nnodePortAddresses: [192.0.2.0/24]\n";
        using var lab = ConfiguredProxyLab.Create();
        lab.Configure("mode: iptables\n" + Fields);
        var proxy = await lab.StartAsync(replaces ? [Replaces] : []);
        Assert.Contains("172.30.0.1", lab.Iptables(), StringComparison.Ordinal);

        lab.Configure("mode: auto\n" + Fields);
        await proxy.LineAsync(0, "msg=\"mode auto\"", "mode=nftables");
        await ConfiguredProxyLab.UntilAsync(
            proxy, () => lab.Nft() + lab.Iptables(), r => r.Contains("table ip sluice", StringComparison.Ordinal) && !r.Contains("KUBE-SVC-", StringComparison.Ordinal));

        lab.Configure("mode: iptables\n" + Fields);
        await ConfiguredProxyLab.UntilAsync(
            proxy, () => lab.Nft() + lab.Iptables(), r => r.Contains("-d 172.30.0.1/32", StringComparison.Ordinal) && !r.Contains("sluice {", StringComparison.Ordinal));
        Assert.DoesNotContain("another Service proxy", proxy.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("trial", lab.Nft(), StringComparison.Ordinal);
        await proxy.StopAsync();
    }

    // Runs a proxy until both families are routed and what was there before is gone, by its own words; returns what it said.
    private static async Task<string> RunAsync(ProxyLab lab, string[] flags, string? removed = null)
    {
        var proxy = lab.Start(flags);
        foreach (var family in (string[])["IPv4", "IPv6"])
        {
            await proxy.ReadyAsync(family);
            if (removed is not null)
            {
                await proxy.LineAsync(0, "msg=\"removed\"", $"family={family}", removed);
            }
        }

        proxy.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await proxy.ExitAsync());
        return proxy.Log;
    }
}
