using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>The addresses of a node that serve node ports.</summary>
internal static class NodePortAddresses
{
    /// <summary>
    /// The node's addresses of a family that serve node ports, in their order; null when all local ones do. Of loopback addresses
    /// only those of IPv4 can, and only when they may.
    /// </summary>
    public static IReadOnlyList<NetAddress>? Of(NodeProfile node, IPFamily family) => node.ServesNodePortsEverywhere(family)
        ? null
        : [.. node.LocalAddresses.Where(a => a.Family == family && node.ServesNodePorts(a)).Distinct().Order()];
}
