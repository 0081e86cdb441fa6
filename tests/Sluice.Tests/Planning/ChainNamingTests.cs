using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Planning;

/// <summary>Chain names are those that kube-proxy computes, so that either finds the other's.</summary>
public sealed class ChainNamingTests
{
    [Theory]
    [InlineData("ns1", "svc1", "p80", "tcp", "XPGD46QRK7WJZT7O")]
    [InlineData("default", "kubernetes", "https", "tcp", "NPX46M4PTMTKRN6Y")]
    [InlineData("kube-system", "kube-dns", "dns", "udp", "TCOU7JCQXEZGVUNU")]
    [InlineData("default", "foo", "", "tcp", "2ET4SOZOXOH76MUL")]
    public void A_Service_port_has_the_hash_kube_proxy_gives_it(string space, string service, string port, string protocol, string hash)
    {
        Assert.Equal(hash, ChainNaming.HashOf(Name(space, service, port, protocol)));
    }

    [Theory]
    [InlineData("ns1", "svc1", "10.180.0.1", "KUBE-SEP-SXIVWICOYRO3J4NJ")]
    [InlineData("ns4", "svc4", "10.180.0.5", "KUBE-SEP-C6EBXVWJJZMIWKLZ")]
    [InlineData("ns5", "svc5", "10.180.0.3", "KUBE-SEP-I77PXRDZVX7PMWMN")]
    public void An_endpoint_has_the_chain_kube_proxy_gives_it(string space, string service, string address, string chain)
    {
        var endpoint = new Endpoint(NetAddress.Parse(address), 80);
        Assert.Equal(chain, ChainNaming.EndpointChain(Name(space, service, "p80", "tcp"), endpoint));
    }

    [Fact]
    public void Names_longer_than_Kubernetes_allows_have_hashes_too()
    {
        var name = Name(new string('n', 300), new string('s', 300), new string('p', 300), "tcp");
        Assert.Matches("^[A-Z2-7]{16}$", ChainNaming.HashOf(name));
    }

    [Theory]
    [InlineData("KUBE-SVC-XPGD46QRK7WJZT7O", true)]
    [InlineData("KUBE-FW-XPGD46QRK7WJZT7O", true)]
    [InlineData("KUBE-SERVICES", false)]
    [InlineData("KUBE-MARK-MASQ", false)]
    [InlineData("my-KUBE-SVC-X", false)]
    public void A_Service_chain_is_known_by_its_name(string chain, bool isServices)
    {
        Assert.Equal(isServices, ChainNaming.IsServiceChain(chain));
    }

    private static ServicePortName Name(string space, string service, string port, string protocol)
    {
        Assert.True(L4Protocol.TryParse(protocol, out var parsed));
        return new ServicePortName(new ObjectName(space, service), port, parsed);
    }
}
