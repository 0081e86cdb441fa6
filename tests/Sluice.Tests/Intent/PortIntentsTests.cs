using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Intent;

/// <summary>Which ports of a Service a node routes, and what is derived of each. The cases are kube-proxy's (TestServiceToServiceMap).</summary>
public sealed class PortIntentsTests
{
    private static readonly NodeProfile s_node = new() { Name = "n1" };

    private static readonly Service s_plain = new(new ObjectName("ns", "svc"))
    {
        ClusterIPs = [Address("172.30.0.10")],
        Ports = [new ServicePort("a", L4Protocol.Tcp, 80, 0), new ServicePort("b", L4Protocol.Udp, 81, 0)],
    };

    private static readonly Service s_dual = s_plain with
    {
        Type = ServiceType.LoadBalancer,
        ClusterIPs = [Address("fd00:10::1"), Address("172.30.0.10")],
        ExternalIPs = [Address("192.0.2.1"), Address("2001:db8::1"), Address("192.0.2.2")],
        LoadBalancerIPs = [Address("198.51.100.1"), Address("2001:db8::2")],
        SourceRanges = [Prefix.Parse("10.0.0.0/8"), Prefix.Parse("2001:db8:1::/48")],
        ExternalTrafficPolicy = TrafficPolicy.Local,
        HealthCheckNodePort = 30100,
    };

    [Fact]
    public void Each_port_of_a_cluster_address_is_one_intent_in_the_order_of_the_spec()
    {
        var ports = Of(s_plain);

        Assert.Equal("ns/svc:a tcp 172.30.0.10:80, ns/svc:b udp 172.30.0.10:81", Text(ports));
        Assert.All(ports, p => Assert.False(p.IsExternallyAccessible || p.InternalPolicyLocal || p.ExternalPolicyLocal));
        Assert.Equal("ns/svc", Of(s_plain with { Ports = [new ServicePort("", L4Protocol.Sctp, 80, 0)] })[0].Name.ToString());
    }

    [Fact]
    public void What_no_node_routes_has_no_ports()
    {
        Assert.Empty(Of(s_plain with { ClusterIPs = [] }));
        Assert.Empty(Of(s_plain with { ClusterIPs = [], Ports = [new ServicePort("", L4Protocol.Sctp, 80, 0)] }));
        Assert.Empty(Of(s_plain with { ClusterIPs = [], Ports = [] }));
        Assert.Empty(Of(s_plain with { Ports = [] }));
        Assert.Empty(Of(s_plain with { Type = ServiceType.ExternalName }));
        Assert.Empty(Of(s_plain with { HasOtherProxy = true }));
    }

    [Fact]
    public void A_service_without_an_address_of_the_family_is_left_out()
    {
        Assert.Empty(Of(s_plain, IPFamily.IPv6));
        Assert.Empty(Of(s_plain with { ClusterIPs = [Address("fd00:10::1")] }));
        Assert.Equal("ns/svc:a tcp [fd00:10::1]:80", Text(Of(s_plain with { ClusterIPs = [Address("fd00:10::1")] }, IPFamily.IPv6).Take(1)));
    }

    [Fact]
    public void Of_a_dual_stack_service_each_family_sees_its_own_half()
    {
        var v4 = Of(s_dual)[0];
        var v6 = Of(s_dual, IPFamily.IPv6)[0];

        Assert.Equal("172.30.0.10 | 192.0.2.1 192.0.2.2 | 198.51.100.1 | 10.0.0.0/8", Addresses(v4));
        Assert.Equal("fd00:10::1 | 2001:db8::1 | 2001:db8::2 | 2001:db8:1::/48", Addresses(v6));
        Assert.Equal(30100, v4.HealthCheckNodePort);
        Assert.Equal(30100, v6.HealthCheckNodePort);
    }

    [Fact]
    public void A_node_port_is_kept_and_makes_a_local_policy_count()
    {
        var nodePort = s_plain with
        {
            Type = ServiceType.NodePort,
            Ports = [new ServicePort("", L4Protocol.Tcp, 80, 30080)],
            ExternalTrafficPolicy = TrafficPolicy.Local,
            HealthCheckNodePort = 30100,
        };

        var port = Of(nodePort)[0];

        Assert.Equal(30080, port.NodePort);
        Assert.True(port.ExternalPolicyLocal && port.IsExternallyAccessible);
        Assert.Equal(0, port.HealthCheckNodePort);
    }

    [Theory]
    [InlineData(ServiceType.ClusterIP, false, false)]
    [InlineData(ServiceType.ClusterIP, true, true)]
    [InlineData(ServiceType.NodePort, false, true)]
    [InlineData(ServiceType.LoadBalancer, false, true)]
    public void An_external_local_policy_counts_for_types_that_something_outside_leads_to(ServiceType type, bool hasExternalIP, bool counts)
    {
        var service = s_plain with { Type = type, ExternalTrafficPolicy = TrafficPolicy.Local, ExternalIPs = hasExternalIP ? [Address("192.0.2.1")] : [] };

        Assert.Equal(counts, Of(service)[0].ExternalPolicyLocal);
    }

    [Fact]
    public void Health_is_asked_of_load_balancers_with_a_local_policy_only()
    {
        Assert.Equal(30100, Of(s_dual)[0].HealthCheckNodePort);
        Assert.Equal(0, Of(s_dual with { ExternalTrafficPolicy = TrafficPolicy.Cluster })[0].HealthCheckNodePort);
        Assert.Equal(0, Of(s_dual with { Type = ServiceType.NodePort })[0].HealthCheckNodePort);
    }

    [Fact]
    public void A_source_range_of_everything_lifts_all_ranges_of_its_family()
    {
        var open = s_dual with { SourceRanges = [Prefix.Parse("10.0.0.0/8"), Prefix.Parse("0.0.0.0/0"), Prefix.Parse("2001:db8:1::/48")] };

        Assert.Empty(Of(open)[0].SourceRanges);
        Assert.Equal("2001:db8:1::/48", string.Join(' ', Of(open, IPFamily.IPv6)[0].SourceRanges));
    }

    [Fact]
    public void Both_policies_and_affinity_are_taken_over_and_every_endpoint_is_counted()
    {
        var slice = new EndpointSlice(new ObjectName("ns", "s"))
        {
            Family = IPFamily.IPv4,
            Ports = [new("a", L4Protocol.Tcp, 8080)],
            Endpoints = [new SliceEndpoint(Address("10.1.0.1")) { NodeName = "n1" }, new SliceEndpoint(Address("10.1.0.2")) { Ready = false, Serving = false }, new SliceEndpoint(Address("10.1.0.3"))],
        };
        var service = s_plain with { InternalTrafficPolicy = TrafficPolicy.Local, AffinitySeconds = 900 };

        var ports = PortIntents.Of(service, [slice], s_node, IPFamily.IPv4);

        Assert.Equal(900, ports[0].AffinitySeconds);
        Assert.Equal("10.1.0.1:8080", string.Join(' ', ports[0].InternalEndpoints));
        Assert.Equal(3, ports[0].EndpointCount);
        Assert.Equal(0, ports[1].EndpointCount);
        Assert.False(ports[1].Endpoints.HasAny);
    }

    private static NetAddress Address(string text) => NetAddress.Parse(text);

    private static EquatableArray<PortIntent> Of(Service service, IPFamily family = IPFamily.IPv4) => PortIntents.Of(service, [], s_node, family);

    private static string Text(IEnumerable<PortIntent> ports) => string.Join(", ", ports.Select(p => $"{p.Name} {p.Name.Protocol} {p.ClusterIP.WithPort(p.Port)}"));

    private static string Addresses(PortIntent port) =>
        $"{port.ClusterIP} | {string.Join(' ', port.ExternalIPs)} | {string.Join(' ', port.LoadBalancerIPs)} | {string.Join(' ', port.SourceRanges)}";
}
