using System.Globalization;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// No connection fails while all endpoints are replaced again and again, as an API server tells it, and the proxy changes its mode, is killed and is
/// ended. SLUICE_ROLLING_CONNECTIONS=60000 makes a run as long as is promised.
/// </summary>
public sealed class RollingUpdateTests(ITestOutputHelper output)
{
    private static readonly int s_connections =
        int.TryParse(Environment.GetEnvironmentVariable("SLUICE_ROLLING_CONNECTIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 10_000;

    [Fact]
    public async Task All_connections_arrive_while_the_file_changes_the_mode_and_the_proxy_restarts()
    {
        await using var lab = await RollingLab.CreateAsync();
        lab.Configure("iptables");
        await lab.StartAsync(lab.ConfigurationFlags);
        await lab.Load.ReachAsync(s_connections / 6);
        await lab.ChangeAsync("nftables", "family=IPv6", "variant=Nft");
        await lab.Load.ReachAsync(s_connections / 3);
        await lab.RestartAsync(kills: true, lab.ConfigurationFlags);
        await lab.Load.ReachAsync(s_connections / 2);
        await lab.ChangeAsync("iptables", "family=IPv6", "table=sluice");
        await lab.Load.ReachAsync(s_connections * 2 / 3);
        await lab.RestartAsync(kills: false, lab.ConfigurationFlags);
        await EndAsync(lab);
    }

    [Fact]
    public async Task All_connections_arrive_while_each_restart_changes_the_mode()
    {
        await using var lab = await RollingLab.CreateAsync();
        await lab.StartAsync(lab.FlagsOf(ProxyRules.IptablesNft));
        await lab.Load.ReachAsync(s_connections / 3);
        await lab.RestartAsync(kills: false, lab.FlagsOf(ProxyRules.Nftables));
        await lab.RemovedAsync("family=IPv6", "variant=Nft");
        await lab.Load.ReachAsync(s_connections * 2 / 3);
        await lab.RestartAsync(kills: true, lab.FlagsOf(ProxyRules.IptablesNft));
        await lab.RemovedAsync("family=IPv6", "table=sluice");
        await EndAsync(lab);
    }

    private async Task EndAsync(RollingLab lab)
    {
        await lab.Load.UntilAsync(() => lab.Load.Total >= s_connections && lab.Update.IsWhole);
        await lab.Load.StopAsync();
        output.WriteLine($"{lab.Load}; {lab.Update.Replaced} endpoints replaced");
        lab.Events.ForEach(e => output.WriteLine($"  {e}"));
        Assert.True(lab.Load.Failures.Count == 0, $"{lab.Load}\n{string.Join('\n', lab.Events)}\n{string.Join('\n', lab.Load.Failures.Take(20))}\n{lab.Log}");
    }
}
