using Sluice.Kubernetes.Intent;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// Real connections on a node with the real proxy end where <see cref="ServiceIntent.Route"/> says, and servers see the client it says. The
/// table of flows is every client to every address of every Service, over TCP, UDP and SCTP, IPv4 and IPv6.
/// </summary>
public sealed class TrafficTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ProxyRules.IptablesNft, "pods told by their addresses")]
    [InlineData(ProxyRules.IptablesNft, "pods told by the bridge")]
    [InlineData(ProxyRules.IptablesNft, "pods not told")]
    [InlineData(ProxyRules.IptablesNft, "masquerade all")]
    [InlineData(ProxyRules.IptablesNft, "node ports on the node's own address")]
    [InlineData(ProxyRules.IptablesNft, "no node ports on loopback")]
    [InlineData(ProxyRules.IptablesLegacy, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "pods told by the bridge")]
    [InlineData(ProxyRules.Nftables, "pods not told")]
    [InlineData(ProxyRules.Nftables, "masquerade all")]
    [InlineData(ProxyRules.Nftables, "node ports on every address")]
    [InlineData(ProxyRules.Nftables, "node ports on loopback too")]
    public Task Every_flow_ends_where_the_specification_says(ProxyRules rules, string configuration) => TrafficRun.RunAsync(rules, configuration, fromServer: false, output);

    [Theory]
    [InlineData(ProxyRules.IptablesNft, "pods told by their addresses")]
    [InlineData(ProxyRules.IptablesLegacy, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "pods told by their addresses")]
    [InlineData(ProxyRules.Nftables, "node ports on loopback too")]
    public Task Every_flow_ends_there_too_when_an_API_server_says_what_there_is(ProxyRules rules, string configuration) =>
        TrafficRun.RunAsync(rules, configuration, fromServer: true, output);
}
