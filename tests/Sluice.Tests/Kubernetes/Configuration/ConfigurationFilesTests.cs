using System.Runtime.CompilerServices;
using Sluice.Kubernetes.Configuration;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Kubernetes.Configuration;

/// <summary>Files as installers write them.</summary>
public sealed class ConfigurationFilesTests
{
    private static ProxyConfiguration Usual => ProxyConfiguration.Default;

    [Fact]
    public void A_file_of_kubeadm_is_the_defaults_with_a_kubeconfig_and_ranges() => Assert.Equal(
        Usual with
        {
            ClusterCidr = [Prefix.Parse("10.60.0.0/16"), Prefix.Parse("fd00:60::/48")],
            ClientConnection = Usual.ClientConnection with { Kubeconfig = "/var/lib/kube-proxy/kubeconfig.conf" },
        },
        Read("kubeadm.yaml"));

    [Fact]
    public void A_file_of_kind_leaves_the_kernel_alone() => Assert.Equal(
        Usual with
        {
            Mode = RoutingMode.Nftables,
            ClusterCidr = [Prefix.Parse("10.61.0.0/16")],
            Conntrack = Usual.Conntrack with { MaxPerCore = 0, TcpEstablishedTimeout = TimeSpan.Zero, TcpCloseWaitTimeout = TimeSpan.Zero },
        },
        Read("kind.yaml"));

    [Fact]
    public void A_file_of_eks_serves_metrics_to_others() => Assert.Equal(
        Usual with
        {
            MetricsBindAddress = new ListenAddress(NetAddress.Parse("0.0.0.0"), 10249),
            OomScoreAdj = -998,
            ClientConnection = Usual.ClientConnection with { Kubeconfig = "/var/lib/kube-proxy/kubeconfig" },
        },
        Read("eks.yaml"));

    [Fact]
    public void A_file_in_JSON_says_the_same_as_one_in_YAML() => Assert.Equal(
        Usual with
        {
            FeatureGates = [KeyValuePair.Create("MultiCIDRServiceAllocator", true)],
            HostnameOverride = "node-5.example",
            DetectLocalMode = DetectLocalMode.InterfaceNamePrefix,
            DetectLocal = new DetectLocalConfiguration { InterfaceNamePrefix = "lxc" },
            NodePortAddresses = NodePortAddresses.Primary,
            Logging = Usual.Logging with { Format = LogFormat.Json, Verbosity = 2 },
        },
        Read("gates.json"));

    [Theory]
    [InlineData("kubeadm.yaml")]
    [InlineData("kind.yaml")]
    [InlineData("eks.yaml")]
    public void What_installers_write_is_nothing_to_remark_on(string name) => Assert.Equal([], ConfigurationRemarks.Of(Read(name)));

    private static ProxyConfiguration Read(string name, [CallerFilePath] string here = "") =>
        ConfigurationText.Of(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "Files", name)));
}
