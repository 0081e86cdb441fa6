using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>The real proxy in IPVS mode: from nothing, from a run before, and after what others do.</summary>
public sealed class IpvsProxyTests(ITestOutputHelper output)
{
    private static readonly int[] s_three = [0, 1, 2];

    [UmlFact]
    public async Task A_thousand_Services_come_in_one_go_a_restart_changes_nothing_and_a_change_sends_only_its_own()
    {
        using var lab = new IpvsProxyLab();
        lab.Write(1000, _ => s_three);
        var proxy = await lab.StartIpvsAsync();
        output.WriteLine(proxy.Lines.First(l => l.Contains("all rules are in place", StringComparison.Ordinal) && l.Contains("IPv4", StringComparison.Ordinal)));
        Assert.Contains(proxy.Lines, l => l.Contains("IPVS mode is deprecated", StringComparison.Ordinal));
        Assert.Equal((1000, 3000), lab.Servers);
        Assert.Equal(1000, lab.Addresses.Count);
        var set = lab.Run("ipset", "save", "KUBE-CLUSTER-IP");
        Assert.Equal(1000, set.Split('\n').Count(l => l.StartsWith("add ", StringComparison.Ordinal)));
        Assert.Contains("add KUBE-CLUSTER-IP 172.30.0.8,tcp:80 comment \"shop/s0007\"", set, StringComparison.Ordinal);
        Assert.Equal("1", lab.Run("cat", "/proc/sys/net/ipv4/vs/conntrack").Trim());

        var steps = await lab.MetricAsync("sluice_written_total{ip_family=\"IPv4\",what=\"steps\"}");
        var rules = await lab.MetricAsync("sluice_written_total{ip_family=\"IPv4\",what=\"rules\"}");
        var line = proxy.Lines.Count;
        lab.Write(1000, s => s == 7 ? [0, 1, 2, 3] : s_three);
        line = await proxy.LineAsync(line, "changes are in place", "family=IPv4", "changed=1", "batches=1");
        Assert.Equal(1, await lab.MetricAsync("sluice_written_total{ip_family=\"IPv4\",what=\"steps\"}") - steps);
        Assert.Equal(rules, await lab.MetricAsync("sluice_written_total{ip_family=\"IPv4\",what=\"rules\"}"));
        Assert.Equal((1000, 3001), lab.Servers);
        output.WriteLine(proxy.Lines[line - 1]);
        await proxy.StopAsync();

        var state = lab.State;
        proxy = await lab.StartIpvsAsync();
        var again = proxy.Lines.Where(l => l.Contains("all rules are in place", StringComparison.Ordinal)).ToList();
        again.ForEach(output.WriteLine);
        Assert.All(again, l => Assert.Contains("differences=0 batches=0", l, StringComparison.Ordinal));
        Assert.Equal(state, lab.State);
        await proxy.StopAsync();
    }

    [UmlFact]
    public async Task What_others_break_is_mended_by_the_next_audit()
    {
        using var lab = new IpvsProxyLab();
        lab.Write(3, _ => s_three);
        var proxy = await lab.StartIpvsAsync("--ipvs-sync-period", "1s");
        var state = lab.State;
        foreach (var command in (string[])
        [
            "ipvsadm -D -t 172.30.0.1:80", "ipvsadm -d -t 172.30.0.2:80 -r 10.128.1.1:8080", "ipvsadm -C", "ip addr del 172.30.0.1/32 dev kube-ipvs0", "ip link del kube-ipvs0",
            "ipset del KUBE-CLUSTER-IP 172.30.0.1,tcp:80", "ipset flush KUBE-IPVS-IPS", "iptables-legacy -t nat -F", "iptables-legacy -t mangle -D OUTPUT 1",
        ])
        {
            var (words, line) = (command.Split(' '), proxy.Lines.Count);
            lab.Run(words[0], words[1..]);
            await proxy.LineAsync(line, "somebody changed the rules; mended", "family=IPv4");
            Assert.Equal(state, lab.State);
        }

        output.WriteLine(string.Join('\n', proxy.Lines.Where(l => l.Contains("somebody changed", StringComparison.Ordinal))));
        await proxy.StopAsync();
    }
}
