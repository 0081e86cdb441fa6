using Sluice.Kubernetes.Intent;
using Sluice.Net;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning;

/// <summary>A cluster that one of kube-proxy's own tests builds, restated.</summary>
/// <param name="Number">The number its case folder begins with.</param>
/// <param name="Ports">The Service ports.</param>
internal sealed record KubeProxyCase(string Number, EquatableArray<PortIntent> Ports)
{
    public IPFamily Family { get; init; } = IPFamily.IPv4;

    public NodeProfile Node { get; init; } = ThisNode with
    {
        LocalAddresses = [.. new[] { "192.168.0.2", "192.168.1.2", "2001:db8::1", "2001:db8:1::2", "127.0.0.1", "::1" }.Select(NetAddress.Parse)],
    };

    /// <summary>Whether the case's rules count packets.</summary>
    public bool CountsPackets { get; init; } = true;

    /// <summary>Whether the case's dump holds the jumps of the built-in chains as kube-proxy makes them.</summary>
    public bool HasJumps { get; init; } = true;

    public override string ToString() => Number;

    public static IReadOnlyList<KubeProxyCase> All { get; } = [.. Overall(), .. LoadBalancers(), .. NodePorts(), .. Policies(), .. Terminating(), .. Masquerade()];

    private static IEnumerable<KubeProxyCase> Overall()
    {
        yield return new KubeProxyCase("001",
        [
            Port("ns1/svc1", "172.30.0.41", "10.180.0.1"),
            Chosen(Port("ns2/svc2", "172.30.0.42") with
            {
                NodePort = 3001, ExternalIPs = Addresses("192.168.99.22"), LoadBalancerIPs = Addresses("1.2.3.4"), ExternalPolicyLocal = true, HealthCheckNodePort = 30000,
            }, "10.180.0.2"),
            Chosen(Port("ns3/svc3", "172.30.0.43") with { NodePort = 3003 }, "10.180.0.3"),
            Chosen(Port("ns4/svc4", "172.30.0.44") with { ExternalIPs = Addresses("192.168.99.33") }, "10.180.0.4", "10.180.0.5"),
            Chosen(Port("ns5/svc5", "172.30.0.45") with { NodePort = 3002, LoadBalancerIPs = Addresses("5.6.7.8"), SourceRanges = [Prefix.Parse("203.0.113.0/25")] }, "10.180.0.3"),
            Port("ns6/svc6", "172.30.0.46"),
        ])
        { CountsPackets = false, HasJumps = false };
    }

    private static IEnumerable<KubeProxyCase> LoadBalancers()
    {
        yield return new KubeProxyCase("007",
        [
            Chosen(Port("ns1/svc1", "172.30.0.41") with
            {
                NodePort = 3001, LoadBalancerIPs = Addresses("1.2.3.4", "5.6.7.8"), SourceRanges = [Prefix.Parse("192.168.0.0/24"), Prefix.Parse("203.0.113.0/25")],
            }, "10.180.0.1"),
        ]);
    }

    private static IEnumerable<KubeProxyCase> NodePorts()
    {
        var v4 = Chosen(Port("ns1/svc1", "172.30.0.41") with { NodePort = 3001 }, "10.180.0.1", "10.180.2.1");
        var v6 = Chosen(Port("ns1/svc1", "fd00:172:30::41") with { NodePort = 3001 }, "fd00:10:180::1", "fd00:10:180::2:1");
        var one = new KubeProxyCase("008", [v4]);
        yield return one;
        yield return one with { Number = "011", Node = one.Node with { LocalhostNodePorts = false } };
        yield return one with { Number = "014", Node = one.Node with { LocalhostNodePorts = false, NodePortAddresses = Prefixes("192.168.0.0/24,127.0.0.1/32") } };
        yield return one with { Number = "017", Node = one.Node with { LocalhostNodePorts = false, NodePortAddresses = Prefixes("192.168.0.0/24,192.168.1.0/24,2001:db8::/64") } };
        yield return one with { Number = "020", Ports = [v6], Family = IPFamily.IPv6 };
        yield return one with { Number = "023", Ports = [v6], Family = IPFamily.IPv6, Node = one.Node with { LocalhostNodePorts = false } };
        yield return one with { Number = "026", Ports = [v6], Family = IPFamily.IPv6, Node = one.Node with { LocalhostNodePorts = false, NodePortAddresses = Prefixes("192.168.0.0/24,2001:db8::/64") } };
    }

    private static IEnumerable<KubeProxyCase> Policies()
    {
        var port = Port("ns1/svc1", "172.30.0.41") with { NodePort = 3001, ExternalIPs = Addresses("192.168.99.11"), LoadBalancerIPs = Addresses("1.2.3.4") };
        yield return new KubeProxyCase("031", [Chosen(port with { ExternalPolicyLocal = true, HealthCheckNodePort = 30000 }, "10.180.0.1", "*10.180.2.1")]);
        yield return new KubeProxyCase("032", [Chosen(port, "10.180.0.1", "*10.180.2.1")]);
    }

    private static IEnumerable<KubeProxyCase> Terminating()
    {
        var named = Port("ns1/svc1", "172.30.1.1");
        var port = named with
        {
            Name = named.Name with { Port = "" },
            LoadBalancerIPs = Addresses("1.2.3.4"),
            ExternalPolicyLocal = true,
            HealthCheckNodePort = 30000,
        };
        Endpoint Ready(string address) => EndpointOf(address, IPFamily.IPv4);
        Endpoint Ending(string address, bool serving = true) => Ready(address) with { Ready = false, Serving = serving, Terminating = true };
        yield return new KubeProxyCase("041", [With(port, Ready("*10.0.1.1"), Ready("*10.0.1.2"), Ending("*10.0.1.3"), Ending("*10.0.1.4", serving: false), Ready("10.0.1.5"))]);
        yield return new KubeProxyCase("043", [With(port, Ending("*10.0.1.2"), Ending("*10.0.1.3"), Ending("*10.0.1.4", serving: false), Ready("10.0.1.5"))]);
        yield return new KubeProxyCase("045", [With(port, Ending("10.0.1.5"))]);
    }

    private static IEnumerable<KubeProxyCase> Masquerade()
    {
        var ports = new[]
        {
            Chosen(Port("ns1/svc1", "172.30.0.41") with { NodePort = 3001, LoadBalancerIPs = Addresses("1.2.3.4") }, "*10.180.0.1", "10.180.1.1"),
            Chosen(Port("ns2/svc2", "172.30.0.42") with { NodePort = 3002, LoadBalancerIPs = Addresses("5.6.7.8"), ExternalPolicyLocal = true, HealthCheckNodePort = 30002 }, "*10.180.0.2", "10.180.1.2"),
            Chosen(Port("ns3/svc3", "172.30.0.43") with { NodePort = 3003, LoadBalancerIPs = Addresses("9.10.11.12"), InternalPolicyLocal = true }, "*10.180.0.3", "10.180.1.3"),
        };
        var one = new KubeProxyCase("057", [.. ports]);
        yield return one;
        yield return one with { Number = "058", Node = one.Node with { LocalDetector = LocalDetector.NotConfigured } };
        yield return one with { Number = "059", Node = one.Node with { MasqueradeAll = true } };
        yield return one with { Number = "060", Node = one.Node with { MasqueradeAll = true, LocalDetector = LocalDetector.NotConfigured } };
    }

    private static PortIntent Chosen(PortIntent port, params string[] endpoints) => With(port, [.. endpoints.Select(e => EndpointOf(e, port.ClusterIP.Family))]);

    private static EquatableArray<NetAddress> Addresses(params string[] addresses) => [.. addresses.Select(NetAddress.Parse)];

    private static EquatableArray<Prefix> Prefixes(string text) => [.. text.Split(',').Select(Prefix.Parse)];
}
