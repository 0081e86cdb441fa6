using Sluice.Dataplane.Modes;
using Sluice.Dataplane.Services;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>The packets that are sent to a target: from everyone whose packets may be treated in a way of their own.</summary>
/// <param name="places">Where they come from.</param>
/// <param name="network">The interface of packets from elsewhere than the node's pods; null to leave it to routes.</param>
internal sealed class Probes(ProbePlaces places, string? network)
{
    private const int SourcePort = 40000;

    /// <summary>The packets.</summary>
    public IEnumerable<Probe> To(ProbeTarget target)
    {
        // Whoever sends to a loopback address is on the node: others are not routed.
        if (target.Address.IsLoopback)
        {
            yield return Make(target, ProbeOrigin.Node, target.Address, PacketEntry.Local, null);
            yield break;
        }

        yield return Make(target, ProbeOrigin.Pod, places.Pod, PacketEntry.Network, places.PodInterface ?? network);
        yield return Make(target, ProbeOrigin.Node, places.NodeIP, PacketEntry.Local, null);
        yield return Make(target, ProbeOrigin.Outside, PlannedSurroundings.Client(target.Address.Family), PacketEntry.Network, network);
        if (target.IsOtherPort)
        {
            yield break;
        }

        yield return Make(target, ProbeOrigin.OtherNode, places.NodeIP with { Bits = places.NodeIP.Bits ^ 2 }, PacketEntry.Network, network);
        foreach (var source in (IEnumerable<NetAddress>)(target.Kind == ServiceAddressKind.LoadBalancer ? target.AllowedSources : []))
        {
            yield return source == places.NodeIP
                ? Make(target, ProbeOrigin.AllowedSource, source, PacketEntry.Local, null)
                : Make(target, ProbeOrigin.AllowedSource, source, PacketEntry.Network, network);
        }

        foreach (var endpoint in (IEnumerable<NetAddress>)target.Endpoints)
        {
            if (!places.NodeAddresses.Contains(endpoint))
            {
                yield return Make(target, ProbeOrigin.Endpoint, endpoint, PacketEntry.Network, places.PodInterface ?? network);
            }
        }
    }

    private static Probe Make(ProbeTarget target, ProbeOrigin origin, NetAddress source, PacketEntry entry, string? name) => new(target, origin, new Packet(target.Protocol, source, target.Address)
    {
        SourcePort = SourcePort,
        DestinationPort = target.Port,
        TcpFlags = target.Protocol == L4Protocol.Tcp ? TcpFlags.Syn : null,
        Entry = entry,
        InInterface = name,
    });
}
