using Sluice.Dataplane.Comparing;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Tests.Planning;
using Xunit;

namespace Sluice.Tests.Comparing;

/// <summary>Clusters of other sizes have the shape of the one they are made of.</summary>
public sealed class ScaledClusterTests
{
    [Fact]
    public void A_multiple_of_a_cluster_has_the_same_shares_of_every_kind()
    {
        var (one, many) = (ClusterShape.Of(ComparedClusters.Three), ClusterShape.Of(ScaledCluster.Make(ComparedClusters.Three, 3000)));
        Assert.Equal(new ClusterShape(3, 3, 6) { WithNodePorts = 1, WithLoadBalancers = 1, WithAffinity = 1, WithLocalPolicy = 1 }, one);
        Assert.Equal(new ClusterShape(3000, 3000, 6000) { WithNodePorts = 1000, WithLoadBalancers = 1000, WithAffinity = 1000, WithLocalPolicy = 1000 }, many);
        Assert.Equal(2, many.EndpointsPerService);
    }

    [Fact]
    public void No_two_Services_share_an_address_a_node_port_or_an_endpoint()
    {
        var ports = ScaledCluster.Make(ComparedClusters.Three, 5000).Ports.ToList();
        Assert.Equal(ports.Count, ports.Select(p => p.ClusterIP).Distinct().Count());
        var outside = ports.SelectMany(p => p.LoadBalancerIPs).ToList();
        Assert.Equal(outside.Count, outside.Distinct().Count());
        var endpoints = ports.SelectMany(p => p.Endpoints.All).Select(e => e.Address).ToList();
        Assert.Equal(endpoints.Count, endpoints.Distinct().Count());
        var nodePorts = ports.Select(p => p.NodePort).Where(p => p != 0).ToList();
        Assert.Equal(nodePorts.Count, nodePorts.Distinct().Count());
        Assert.All(nodePorts, p => Assert.InRange(p, 30000, 32767));
    }

    [Fact]
    public void Node_ports_end_where_a_cluster_has_no_more()
    {
        var cluster = ComparedClusters.Intent(PlanCluster.Port("shop/a", "172.30.0.1", "10.1.0.1") with { NodePort = 30001 });
        Assert.Equal(2768, ClusterShape.Of(ScaledCluster.Make(cluster, 4000)).WithNodePorts);
    }

    [Fact]
    public void Services_of_many_endpoints_are_planned_in_smaller_numbers()
    {
        Assert.Equal(ScaledCluster.MaxServices, ScaledCluster.MostServices(ComparedClusters.Three));
        var crowded = ComparedClusters.Intent(PlanCluster.Port("shop/a", "172.30.0.1", "10.1.0.1") with { EndpointCount = 300 });
        Assert.Equal(1666, ScaledCluster.MostServices(crowded));
    }

    [Fact]
    public void Fewer_Services_are_taken_evenly_and_the_same_each_time()
    {
        Assert.Equal(1, ClusterShape.Of(ScaledCluster.Make(ComparedClusters.Three, 1)).WithNodePorts);
        Assert.Equal(Text(ScaledCluster.Make(ComparedClusters.Three, 7)), Text(ScaledCluster.Make(ComparedClusters.Three, 7)));
    }

    [Fact]
    public void Endpoints_stay_in_the_order_of_their_text() => Assert.All(
        ScaledCluster.Make(ComparedClusters.Three, 400).Ports,
        p => Assert.Equal(p.Endpoints.All.Select(e => e.ToString()).Order(StringComparer.Ordinal), p.Endpoints.All.Select(e => e.ToString())));

    [Fact]
    public void Sizes_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ScaledCluster.Make(ServiceIntent.Empty(PlanCluster.ThisNode, IPFamily.IPv4), 10));
        Assert.Throws<ArgumentException>(() => ScaledCluster.Make(ComparedClusters.Three, 0));
        Assert.Throws<ArgumentException>(() => ScaledCluster.Make(ComparedClusters.Three, ScaledCluster.MaxServices + 1));
    }

    private static string Text(ServiceIntent intent) => string.Join('\n', intent.Ports.Select(p => $"{p.Name} {p.ClusterIP} {p.NodePort} {string.Join(' ', p.Endpoints.All)}"));
}
