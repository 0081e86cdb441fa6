using Sluice.Daemon.Health;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon.Health;

public sealed class HealthCheckPortTests
{
    private static readonly NodeProfile s_node = new()
    {
        Name = "node",
        LocalAddresses = [NetAddress.Parse("127.0.0.1"), NetAddress.Parse("192.0.2.200"), NetAddress.Parse("198.51.100.9"), NetAddress.Parse("2001:db8::1")],
    };

    private static readonly Service s_service = TestCluster.ServiceOf(1, ServiceType.LoadBalancer, ports: 2) with
    {
        ExternalTrafficPolicy = TrafficPolicy.Local,
        HealthCheckNodePort = 31000,
    };

    [Fact]
    public void Addresses_that_are_ready_here_count_once_over_all_ports() =>
        Assert.Equal([new HealthCheckPort(s_service.Name, 31000, 2)], Of(TestCluster.SliceOf(1, 2, 0, 1, 2)));

    [Fact]
    public void Endpoints_about_to_end_do_not_count()
    {
        var slice = TestCluster.SliceOf(1, 2, 0, 2);
        slice = slice with { Endpoints = slice.Endpoints.Select(e => e with { Ready = false, Terminating = true }).ToEquatableArray() };
        Assert.Equal([new HealthCheckPort(s_service.Name, 31000, 0)], Of(slice));
    }

    [Fact]
    public void A_Service_of_Cluster_policy_has_none() =>
        Assert.Empty(HealthCheckPort.Of(Intent(s_node, s_service with { ExternalTrafficPolicy = TrafficPolicy.Cluster }, TestCluster.SliceOf(1, 2, 0))));

    [Theory]
    [InlineData("", IPFamily.IPv4, "0.0.0.0")]
    [InlineData("", IPFamily.IPv6, "::")]
    [InlineData("192.0.2.0/24", IPFamily.IPv4, "192.0.2.200")]
    [InlineData("192.0.2.0/24", IPFamily.IPv6, "::")]
    [InlineData("192.0.2.0/24,198.51.100.0/24,2001:db8::/64", IPFamily.IPv4, "192.0.2.200,198.51.100.9")]
    [InlineData("2001:db8::/64", IPFamily.IPv6, "2001:db8::1")]
    [InlineData("203.0.113.0/24", IPFamily.IPv4, "")]
    public void They_listen_where_node_ports_are_served(string ranges, IPFamily family, string addresses)
    {
        var node = s_node with { NodePortAddresses = ranges.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Prefix.Parse).ToEquatableArray() };
        Assert.Equal(addresses, string.Join(',', HealthCheckPort.AddressesOf(ServiceIntent.Empty(node, family))));
    }

    private static IReadOnlyList<HealthCheckPort> Of(EndpointSlice slice) => HealthCheckPort.Of(Intent(s_node, s_service, slice));

    private static ServiceIntent Intent(NodeProfile node, Service service, EndpointSlice slice) =>
        ServiceIntent.Of([service], _ => [slice], node, IPFamily.IPv4);
}
