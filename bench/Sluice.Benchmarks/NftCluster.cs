using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>A cluster read from manifests, as one of its nodes is to serve it in nftables mode.</summary>
internal sealed class NftCluster
{
    private NftCluster(ClusterState state) => State = state;

    /// <summary>The node of bench/route, with what is usual in this mode: node ports on its own address only.</summary>
    public static NodeProfile Node { get; } = RouteCluster.Node with
    {
        LocalAddresses = RouteCluster.Node.NodeIPs,
        NodePortAddresses = [Prefix.Host(RouteCluster.Node.NodeIPs[0])],
        LocalhostNodePorts = false,
    };

    public ClusterState State { get; }

    public static NftCluster Read(string path) => new(RouteCluster.ReadState(path));

    /// <summary>What the node must do, made anew from the objects.</summary>
    public ServiceIntent MakeIntent() => ServiceIntent.Of(State.Services, State.SlicesOf, Node, IPFamily.IPv4);

    public static NftablesLayout LayoutFor(ServiceIntent intent) => new(new NftablesPlanOptions(intent.Family), intent.Node);
}
