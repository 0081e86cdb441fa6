using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>The real proxy with kube-proxy's configuration file, and changes of it while it runs.</summary>
public sealed class ConfigurationTests
{
    private const string MasqueradeAll = "-A KUBE-SVC-";

    [Fact]
    public async Task In_iptables_mode_the_file_counts_and_its_live_fields_change_without_a_new_start()
    {
        using var lab = ConfiguredProxyLab.Create();
        lab.Configure("clusterCIDR: 10.128.0.0/9\n");
        var proxy = await lab.StartAsync();
        Assert.Contains("! -s 10.128.0.0/9 -d 172.30.0.1/32", lab.Iptables(), StringComparison.Ordinal);

        lab.Configure("clusterCIDR: 10.128.0.0/9\niptables: {masqueradeAll: true}\n");
        await ConfiguredProxyLab.UntilAsync(proxy, lab.Iptables, r => r.Split('\n').Any(l => l.StartsWith(MasqueradeAll, StringComparison.Ordinal) &&
            l.Contains("-d 172.30.0.1/32", StringComparison.Ordinal) && !l.Contains("! -s", StringComparison.Ordinal) && l.EndsWith("-j KUBE-MARK-MASQ", StringComparison.Ordinal)));

        lab.Configure("clusterCIDR: 10.128.0.0/9\nnodePortAddresses: [192.0.2.0/24]\n");
        await ConfiguredProxyLab.UntilAsync(proxy, lab.Iptables, r => r.Contains("-d 192.0.2.1/32", StringComparison.Ordinal) && r.Contains("! -s 10.128.0.0/9 -d 172.30.0.1/32", StringComparison.Ordinal));

        Assert.Single(proxy.Lines, l => l.Contains("msg=\"starting\"", StringComparison.Ordinal));
        await proxy.LineAsync(0, "fields=iptables.masqueradeAll", "goes on");
        await proxy.LineAsync(0, "fields=nodePortAddresses,iptables.masqueradeAll", "goes on");
        await proxy.StopAsync();
    }

    [Fact]
    public async Task In_nftables_mode_the_addresses_of_node_ports_change_without_a_new_start()
    {
        using var lab = ConfiguredProxyLab.Create();
        lab.Configure("mode: nftables\nclusterCIDR: 10.128.0.0/9\nnodePortAddresses: [192.0.2.0/24]\n");
        var proxy = await lab.StartAsync();
        Assert.Contains("192.0.2.1", lab.Nft(), StringComparison.Ordinal);

        lab.Configure("mode: nftables\nclusterCIDR: 10.128.0.0/9\nnodePortAddresses: [198.51.100.0/24]\nlogging: {verbosity: 1, format: json}\n");
        await ConfiguredProxyLab.UntilAsync(
            proxy, lab.Nft, r => r.Contains("198.51.100.1", StringComparison.Ordinal) && !r.Contains("192.0.2.1", StringComparison.Ordinal));
        Assert.Single(proxy.Lines, l => l.Contains("msg=\"starting\"", StringComparison.Ordinal));
        await proxy.StopAsync();
        Assert.EndsWith("\"msg\":\"stopped\"}", proxy.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_that_is_not_live_begins_routing_anew_within_the_process()
    {
        using var lab = ConfiguredProxyLab.Create();
        lab.Configure("mode: nftables\nclusterCIDR: 10.128.0.0/9\nnodePortAddresses: [192.0.2.0/24]\n");
        var proxy = await lab.StartAsync();
        Assert.Contains("0x00004000", lab.Nft(), StringComparison.Ordinal);
        lab.Configure("mode: nftables\nclusterCIDR: 10.128.0.0/9\nnodePortAddresses: [192.0.2.0/24]\nnftables: {masqueradeBit: 9}\n");
        await ConfiguredProxyLab.UntilAsync(
            proxy, lab.Nft, r => r.Contains("0x00000200", StringComparison.Ordinal) && !r.Contains("0x00004000", StringComparison.Ordinal));
        await proxy.LineAsync(0, "fields=nftables.masqueradeBit", "begins anew");
        await proxy.StopAsync();
    }

    [Fact]
    public async Task A_file_that_makes_no_sense_or_cannot_be_carried_out_changes_nothing()
    {
        using var lab = ConfiguredProxyLab.Create();
        const string Right = "mode: nftables\nclusterCIDR: 10.128.0.0/9\nnodePortAddresses: [192.0.2.0/24]\n";
        lab.Configure(Right);
        var proxy = lab.Run(lab.OldTools(), lab.Files);
        await proxy.ReadyAsync();
        lab.Configure(Right + "nodePortAddress: []\n");
        await proxy.LineAsync(0, "the new configuration is refused, the one before stays", "config.conf:7: nodePortAddress: no such field");
        Assert.Contains("192.0.2.1", lab.Nft(), StringComparison.Ordinal);

        // The iptables on the path is too old for its mode.
        lab.Configure("mode: iptables\nclusterCIDR: 10.128.0.0/9\n");
        await proxy.LineAsync(0, "cannot be carried out here: the one before counts again");
        lab.Configure("mode: nftables\nclusterCIDR: 10.128.0.0/9\nnodePortAddresses: [198.51.100.0/24]\n");
        await ConfiguredProxyLab.UntilAsync(proxy, lab.Nft, r => r.Contains("198.51.100.1", StringComparison.Ordinal));
        await proxy.StopAsync();
    }

    [Fact]
    public async Task What_only_root_may_set_is_set_once_and_for_all_without_a_rule()
    {
        using var lab = ConfiguredProxyLab.Create();
        Assert.Equal(0, await lab.Run(path: null, "--init-only", "--node", "node").ExitAsync());
        Assert.Equal("net.ipv4.conf.all.route_localnet = 1", lab.Namespace.Check("sysctl", ["net.ipv4.conf.all.route_localnet"]).Trim());
        Assert.Equal("", lab.Nft());
    }
}
