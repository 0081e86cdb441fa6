using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>A Service port, asked for by one of its addresses: here stands what Kubernetes wants of it.</summary>
/// <param name="Port">The Service port.</param>
/// <param name="Kind">By which address.</param>
internal sealed record ServiceDestination(PortIntent Port, DestinationKind Kind)
{
    /// <summary>What to do with a packet for it.</summary>
    public RouteAnswer Route(Packet packet, NodeProfile node)
    {
        if (Kind == DestinationKind.LoadBalancerIP && !IsAllowed(packet.Source, node))
        {
            return new RouteAnswer.Dropped(Port.Name, DropReason.SourceNotAllowed);
        }

        if (!Port.Endpoints.HasAny)
        {
            return new RouteAnswer.Refused(Port.Name);
        }

        var (endpoints, masquerade) = Kind == DestinationKind.ClusterIP ? ForClusterIP(packet, node) : ForExternal(packet, node);
        if (endpoints.Count == 0)
        {
            return new RouteAnswer.Dropped(Port.Name, DropReason.NoLocalEndpoints);
        }

        var choices = endpoints
            .Select(e => new RouteChoice(e, (masquerade || IsHairpin(packet, e)) && !StaysInside(packet, e, node)))
            .ToEquatableArray();
        return new RouteAnswer.Forwarded(Port.Name, choices, Port.AffinitySeconds);
    }

    // Inside the cluster pods keep their address; for anybody else the answer has to come back through this node.
    private (EquatableArray<Endpoint> Endpoints, bool Masquerade) ForClusterIP(Packet packet, NodeProfile node) =>
        (Port.InternalEndpoints, node.MasqueradeAll || (node.CanTellPods(packet.Family) && !node.IsFromPod(packet)));

    // Cluster policy: any endpoint, and the answer has to come back through this node. Local policy is about clients outside, whose
    // address it keeps: pods and the node itself are not sent away because the endpoints are elsewhere.
    private (EquatableArray<Endpoint> Endpoints, bool Masquerade) ForExternal(Packet packet, NodeProfile node) =>
        !Port.ExternalPolicyLocal ? (Port.Endpoints.Cluster, true)
        : node.IsFromPod(packet) ? (Port.Endpoints.Cluster, false)
        : node.IsOwnAddress(packet.Source) ? (Port.Endpoints.Cluster, true)
        : (Port.Endpoints.Local, false);

    // A node that may use the load balancer may do so too when its packet carries the balancer's own address.
    private bool IsAllowed(NetAddress source, NodeProfile node) =>
        Port.SourceRanges.Count == 0 ||
        IsInRanges(source) ||
        (Port.LoadBalancerIPs.Contains(source) && node.NodeIP(source.Family) is { } own && IsInRanges(own));

    private bool IsInRanges(NetAddress address)
    {
        foreach (var range in Port.SourceRanges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    // An endpoint that reaches itself through its Service must not answer itself directly.
    private static bool IsHairpin(Packet packet, Endpoint endpoint) => packet.Source == endpoint.Address;

    // What arrives for a program of the node itself is answered by the node: nothing to rewrite.
    private static bool StaysInside(Packet packet, Endpoint endpoint, NodeProfile node) =>
        packet.Entry == PacketEntry.Network && node.IsOwnAddress(endpoint.Address);
}
