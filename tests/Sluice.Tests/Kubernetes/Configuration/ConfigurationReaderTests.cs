using Sluice.Kubernetes.Configuration;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Kubernetes.Configuration;

public sealed class ConfigurationReaderTests
{
    [Theory]
    [InlineData("iptables: {}\niptables: {}", 4, "iptables: expected once, found twice")]
    [InlineData("iptables:\n  masqueradeAll: true\n  masqueradeAll: true", 5, "iptables.masqueradeAll: expected once, found twice")]
    [InlineData("nodePortAddress: []", 3, "nodePortAddress: no such field, did you mean nodePortAddresses?")]
    [InlineData("clusterCidr: 10.0.0.0/8", 3, "clusterCidr: no such field, did you mean clusterCIDR?")]
    [InlineData("iptables:\n  clusterCIDR: 10.0.0.0/8", 4, "iptables.clusterCIDR: no such field")]
    [InlineData("sluice: {}", 3, "sluice: no such field")]
    [InlineData("iptables: yes", 3, "iptables: expected fields (name: value), found true")]
    [InlineData("iptables:\n  masqueradeAll: \"true\"", 4, "iptables.masqueradeAll: expected true or false, found \"true\"")]
    [InlineData("iptables:\n  masqueradeBit: 32", 4, "iptables.masqueradeBit: expected a number from 0 to 31, found 32")]
    [InlineData("iptables:\n  masqueradeBit: 1.5", 4, "iptables.masqueradeBit: expected a number from 0 to 31, found 1.5")]
    [InlineData("iptables:\n  syncPeriod: 30", 4, "iptables.syncPeriod: expected a duration such as 30s, 1m30s or 500ms, above 0, found 30")]
    [InlineData("iptables:\n  syncPeriod: -3s", 4, "iptables.syncPeriod: expected a duration such as 30s, 1m30s or 500ms, above 0, found \"-3s\"")]
    [InlineData("iptables:\n  syncPeriod: 1s\n  minSyncPeriod: 1m", 5, "iptables.minSyncPeriod: must not be above iptables.syncPeriod (1s), found 1m0s")]
    [InlineData("nftables:\n  minSyncPeriod: 31s", 4, "nftables.minSyncPeriod: must not be above nftables.syncPeriod (30s), found 31s")]
    [InlineData("mode: ipvs\nipvs:\n  minSyncPeriod: 31s", 5, "ipvs.minSyncPeriod: must not be above ipvs.syncPeriod (30s), found 31s")]
    [InlineData("ipvs:\n  tcpTimeout: -1s", 4, "ipvs.tcpTimeout: expected a duration such as 30s, 1m30s or 500ms, found \"-1s\"")]
    [InlineData("ipvs:\n  excludeCIDRs: [10.0.0.0/8, here]", 4, "ipvs.excludeCIDRs[1]: expected an address range such as 10.244.0.0/16, found \"here\"")]
    [InlineData("mode: nftable", 3, "mode: expected one of iptables, nftables, ipvs, auto, not 'nftable', did you mean nftables?")]
    [InlineData("detectLocalMode: BridgeInterface", 3, "detectLocalMode: BridgeInterface needs detectLocal.bridgeInterface (--pod-bridge-interface)")]
    [InlineData("clusterCIDR: 10.0.0.0", 3, "clusterCIDR: expected an address range such as 10.244.0.0/16, not '10.0.0.0'")]
    [InlineData("clusterCIDR: 10.0.0.0/8,10.1.0.0/16", 3, "clusterCIDR: expected one address range, or one of each family with a comma between them, found \"10.0.0.0/8,10.1.0.0/16\"")]
    [InlineData("nodePortAddresses:\n- 10.0.0.0/8\n- primary", 5, "nodePortAddresses[1]: the word primary stands alone")]
    [InlineData("nodePortAddresses:\n- 10.0.0.0/8\n- eth0", 5, "nodePortAddresses[1]: expected an address range such as 10.244.0.0/16, or the word primary, not 'eth0'")]
    [InlineData("nodePortAddresses: primary", 3, "nodePortAddresses: expected a list, found \"primary\"")]
    [InlineData("bindAddress: eth0", 3, "bindAddress: expected an IP address, found \"eth0\"")]
    [InlineData("healthzBindAddress: 0.0.0.0:70000", 3, "healthzBindAddress: expected an IP address and a port from 1 to 65535, such as 0.0.0.0:10256 or [::]:10256, found \"0.0.0.0:70000\"")]
    [InlineData("oomScoreAdj: -1001", 3, "oomScoreAdj: expected a number from -1000 to 1000, found -1001")]
    [InlineData("conntrack: {min: -1}", 3, "conntrack.min: expected a number from 0, found -1")]
    [InlineData("featureGates: {A: true, B: maybe}", 3, "featureGates.B: expected true or false, found \"maybe\"")]
    [InlineData("logging:\n  vmodule:\n  - filePattern: x\n    level: 3", 6, "logging.vmodule[0].level: no such field: expected filePattern or verbosity")]
    [InlineData("iptables: {snatNodeInternalIP: true}", 3, "iptables.snatNodeInternalIP: refused: it is newer than kube-proxy 1.36")]
    [InlineData("---\nmode: iptables", 4, "expected one KubeProxyConfiguration, found a second document")]
    [InlineData("a: [", 4, "no YAML: While parsing a node, did not find expected node content")]
    public void A_field_that_makes_no_sense_is_named_with_its_line(string text, int line, string message)
    {
        var result = Assert.IsType<ConfigurationResult.Refused>(ConfigurationText.Read(ConfigurationText.Header + text));
        Assert.Equal($"config.conf:{line}: {message}", result.Problem.ToString());
    }

    [Theory]
    [InlineData("", "config.conf:1: expected a KubeProxyConfiguration, found nothing")]
    [InlineData("kind: KubeProxyConfiguration", "config.conf:1: apiVersion: expected kubeproxy.config.k8s.io/v1alpha1, found nothing")]
    [InlineData("apiVersion: kubelet.config.k8s.io/v1beta1", "config.conf:1: apiVersion: expected kubeproxy.config.k8s.io/v1alpha1, found \"kubelet.config.k8s.io/v1beta1\"")]
    [InlineData("apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: Pod", "config.conf:2: kind: expected KubeProxyConfiguration, found \"Pod\"")]
    [InlineData("{\"apiVersion\": \"kubeproxy.config.k8s.io/v1alpha1\",\n \"mode\": }", "config.conf:2: no JSON: '}' is an invalid start of a value")]
    public void A_text_that_is_none_is_refused(string text, string message)
    {
        var result = Assert.IsType<ConfigurationResult.Refused>(ConfigurationText.Read(text));
        Assert.Equal(message, result.Problem.ToString());
    }

    [Fact]
    public void Zero_null_and_nothing_are_the_default_where_kube_proxy_cannot_tell_them_apart()
    {
        var text = """
            bindAddress: ""
            healthzBindAddress: ""
            metricsBindAddress: null
            mode: ""
            detectLocalMode: ""
            configSyncPeriod: 0s
            clientConnection: {burst: 0, qps: 0, contentType: ""}
            iptables: {syncPeriod: 0s, minSyncPeriod: 0s, masqueradeBit: null, localhostNodePorts: null}
            nftables: {syncPeriod: 0s, minSyncPeriod: 0s, masqueradeBit: null}
            ipvs: null
            conntrack: {maxPerCore: null, min: null, tcpCloseWaitTimeout: null, tcpEstablishedTimeout: null}
            nodePortAddresses: null
            featureGates: null
            logging: {flushFrequency: 0, format: "", vmodule: null}
            oomScoreAdj: null
            """;
        Assert.Equal(ProxyConfiguration.Default, ConfigurationText.Of(ConfigurationText.Header + text));
    }

    [Fact]
    public void Zero_that_means_zero_stays()
    {
        var conntrack = ConfigurationText.Of(ConfigurationText.Header + "conntrack: {maxPerCore: 0, tcpEstablishedTimeout: 0s}").Conntrack;
        Assert.Equal((0, TimeSpan.Zero), (conntrack.MaxPerCore, conntrack.TcpEstablishedTimeout));
    }

    [Fact]
    public void What_is_served_where_follows_the_family_of_the_bind_address_and_has_the_usual_port()
    {
        var v6 = ConfigurationText.Of(ConfigurationText.Header + "bindAddress: '::'");
        Assert.Equal(("[::]:10256", "[::1]:10249"), (v6.HealthzBindAddress.ToString(), v6.MetricsBindAddress.ToString()));
        var bare = ConfigurationText.Of(ConfigurationText.Header + "metricsBindAddress: 0.0.0.0\nhealthzBindAddress: '[2001:db8::1]:80'");
        Assert.Equal(("[2001:db8::1]:80", "0.0.0.0:10249"), (bare.HealthzBindAddress.ToString(), bare.MetricsBindAddress.ToString()));
    }

    [Fact]
    public void Fields_of_other_versions_are_read_over()
    {
        var old = ConfigurationText.Of(ConfigurationText.Header + "udpIdleTimeout: 250ms\nresourceContainer: /kube-proxy\nconntrack: {max: 0}\niptables: {snatNodeInternalIP: false}");
        Assert.Equal(ProxyConfiguration.Default, old);
    }

    [Fact]
    public void What_changes_nothing_is_told()
    {
        var configuration = ConfigurationText.Of(ConfigurationText.Header +
            "enableProfiling: true\nwinkernel: {networkName: x}\nfeatureGates: {TopologyAwareHints: false, NFTablesProxyMode: true, Unheard: true}");
        Assert.Equal(
            [
                "enableProfiling has no effect: there are no pprof profiles of .NET: dotnet-trace and dotnet-counters attach to the process",
                "winkernel.networkName has no effect: it is of Windows",
                "feature gate TopologyAwareHints is always on here",
                "feature gate Unheard is not known",
            ],
            ConfigurationRemarks.Of(configuration));
    }

    [Fact]
    public void A_range_may_have_bits_beyond_its_mask() =>
        Assert.Equal([Prefix.Parse("10.244.0.0/16")], ConfigurationText.Of(ConfigurationText.Header + "clusterCIDR: 10.244.9.9/16").ClusterCidr);
}
