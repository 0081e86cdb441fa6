using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>IPVS mode after kube-proxy's, after and before another mode, and gone again.</summary>
public sealed class IpvsSuccessionTests
{
    private static readonly int[] s_three = [0, 1, 2];

    [UmlFact]
    public async Task State_of_kube_proxy_is_taken_over_and_what_is_right_stays()
    {
        using var lab = new IpvsProxyLab();
        lab.Write(3, _ => s_three);
        BuildKubeProxys(lab);
        var proxy = await lab.StartIpvsAsync();
        Assert.Equal((3, 9), lab.Servers);
        Assert.DoesNotContain("172.30.9.9", lab.State, StringComparison.Ordinal);
        Assert.Equal(["172.30.0.1/32", "172.30.0.2/32", "172.30.0.3/32"], lab.Addresses);
        Assert.DoesNotContain("maxelem 65536", lab.State, StringComparison.Ordinal);
        await proxy.StopAsync();
        var state = lab.State;

        // As from nothing.
        using var other = new IpvsProxyLab();
        other.Write(3, _ => s_three);
        await (await other.StartIpvsAsync()).StopAsync();
        Assert.Equal(other.State, state);
    }

    [UmlFact]
    public async Task From_iptables_mode_and_back_only_the_rules_of_the_last_mode_stay()
    {
        using var lab = new IpvsProxyLab();
        lab.Write(5, _ => s_three);
        await (await lab.StartAsync()).StopAsync();
        var iptables = lab.State;
        Assert.Contains("KUBE-SVC-", iptables, StringComparison.Ordinal);

        var proxy = await lab.StartIpvsAsync();
        await proxy.LineAsync(0, "msg=\"removed\"", "family=IPv4", "variant=Legacy");
        await proxy.StopAsync();
        Assert.DoesNotContain(lab.Rules, l => l.Contains("KUBE-SEP-", StringComparison.Ordinal) || l.Contains("KUBE-NODEPORTS", StringComparison.Ordinal));
        Assert.DoesNotContain("another Service proxy", proxy.Log, StringComparison.Ordinal);
        Assert.Equal((5, 15), lab.Servers);
        using var other = new IpvsProxyLab();
        other.Write(5, _ => s_three);
        await (await other.StartIpvsAsync()).StopAsync();
        Assert.Equal(other.State, lab.State);

        proxy = await lab.StartAsync();
        await proxy.LineAsync(0, "msg=\"removed\"", "servers=5", "addresses=5");
        await proxy.StopAsync();
        Assert.Equal(iptables, lab.State);
    }

    [UmlFact]
    public async Task A_clean_up_removes_its_own_and_kube_proxys_only_when_told()
    {
        using var lab = new IpvsProxyLab();
        lab.Run("ipvsadm", "-A", "-t", "198.51.100.77:99", "-s", "rr");
        var empty = lab.State;
        BuildKubeProxys(lab);
        var kubeProxys = lab.State;
        Assert.Contains("nothing to remove", await lab.CleanUpAsync("--cleanup-own"), StringComparison.Ordinal);
        Assert.Equal(kubeProxys, lab.State);

        lab.Write(3, _ => s_three);
        var proxy = await lab.StartAsync();
        await proxy.LineAsync(0, "level=warn", "rules of another Service proxy are here too");
        await proxy.StopAsync();
        Assert.Contains("172.30.9.9", lab.State, StringComparison.Ordinal);
        proxy = await lab.StartAsync("--replace-kube-proxy");
        await proxy.LineAsync(0, "msg=\"removed\"", "servers=2");
        await proxy.StopAsync();
        await lab.CleanUpAsync("--cleanup");
        Assert.Equal(empty, lab.State);

        // What another program balances itself is no Service's.
        proxy = await lab.StartIpvsAsync("--ipvs-exclude-cidrs", "198.51.100.0/24");
        await proxy.StopAsync();
        await lab.CleanUpAsync("--cleanup-own");
        Assert.Equal(empty, lab.State);
    }

    // As its IPVS mode leaves it: one Service as it is to be, one that is gone.
    private static void BuildKubeProxys(IpvsProxyLab lab)
    {
        lab.Run("ip", "link", "add", "kube-ipvs0", "type", "dummy");
        lab.Run("ipset", "create", "KUBE-CLUSTER-IP", "hash:ip,port", "family", "inet", "hashsize", "1024", "maxelem", "65536", "timeout", "0");
        lab.Run("ipset", "create", "KUBE-LOOP-BACK", "hash:ip,port,ip", "family", "inet", "hashsize", "1024", "maxelem", "65536", "timeout", "0");
        lab.Run("ipset", "create", "KUBE-NODE-PORT-TCP", "bitmap:port", "range", "0-65535");
        foreach (var address in (string[])["172.30.0.1", "172.30.9.9"])
        {
            lab.Run("ip", "addr", "add", $"{address}/32", "dev", "kube-ipvs0");
            lab.Run("ipset", "add", "KUBE-CLUSTER-IP", $"{address},tcp:80");
            lab.Run("ipvsadm", "-A", "-t", $"{address}:80", "-s", "rr");
            lab.Run("ipvsadm", "-a", "-t", $"{address}:80", "-r", "10.128.0.1:8080", "-m", "-w", "1");
        }

        lab.Run("iptables-legacy", "-t", "nat", "-N", "KUBE-SERVICES");
        lab.Run("iptables-legacy", "-t", "nat", "-N", "KUBE-MARK-MASQ");
        lab.Run("iptables-legacy", "-t", "nat", "-A", "PREROUTING", "-m", "comment", "--comment", "kubernetes service portals", "-j", "KUBE-SERVICES");
        lab.Run("iptables-legacy", "-t", "nat", "-A", "KUBE-SERVICES", "-m", "set", "--match-set", "KUBE-CLUSTER-IP", "src,dst", "-j", "KUBE-MARK-MASQ");
        lab.Run("iptables-legacy", "-N", "KUBE-IPVS-FILTER");
        lab.Run("iptables-legacy", "-A", "INPUT", "-m", "comment", "--comment", "kubernetes ipvs access filter", "-j", "KUBE-IPVS-FILTER");
        lab.Run("iptables-legacy", "-A", "KUBE-IPVS-FILTER", "-m", "set", "--match-set", "KUBE-CLUSTER-IP", "dst,dst", "-j", "RETURN");
    }
}
