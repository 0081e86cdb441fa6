using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>
/// All differences between what Kubernetes means and what IPVS mode does with a packet. Each is exact. Several may concern one packet: each is given what
/// those before it say.
/// </summary>
internal static class IpvsDifferences
{
    public const string LoopbackSource = "loopback-source";

    public static IReadOnlyList<EquationDifference> All { get; } =
    [
        new(
            "node-port-on-loopback",
            "node ports answer on loopback addresses of IPv4 where that is asked for",
            "they never do",
            "IPVS sends nothing from a loopback address to another host",
            NodePortOnLoopback),
        new(
            "health-port-on-service-address",
            "who asks a Service's address for health is no Service's",
            "the node answers",
            "load balancers ask their own address, which is the node's here",
            HealthPortOnServiceAddress),
        new(
            "unused-port-of-service-address",
            "another port or protocol of a Service's address is no Service's",
            "it is refused at once",
            "the address is the node's: without that, programs of the node would answer there",
            UnusedPort),
        new(
            "service-address-as-source",
            "a packet that comes with a Service's address as its source is anybody's",
            "it is taken for the node's own",
            "the address is the node's, and a program that connects to it has it as its source",
            ServiceAddressAsSource),
        new(
            "local-endpoints-for-all",
            "pods and the node itself reach any endpoint of a Service whose external policy is Local",
            "while there are endpoints on this node, they reach only those",
            "a virtual server has one list of endpoints, whoever asks",
            LocalEndpointsForAll),
        new(
            "hairpin-elsewhere",
            "an endpoint that reaches itself through this node does so with the node's address",
            "an endpoint of another node keeps its own",
            "KUBE-LOOP-BACK has the endpoints of this node only, as kube-proxy's",
            HairpinElsewhere),
        new(
            LoopbackSource,
            "a program bound to a loopback address reaches every endpoint, with the node's address",
            "it reaches endpoints on this node's own addresses with its loopback address, and no others",
            "IPVS sends nothing from a loopback address to another host",
            FromLoopback),
    ];

    /// <summary>What the state is to do with a packet, and the first difference that says so; null when it does what is meant.</summary>
    public static (RouteAnswer Answer, EquationDifference? Difference) AnswerOfRules(ServiceIntent intent, Packet packet)
    {
        var answer = intent.Route(packet);
        EquationDifference? first = null;
        foreach (var difference in All)
        {
            if (difference.AnswerOfRules(intent, packet, answer) is { } other)
            {
                (answer, first) = (other, first ?? difference);
            }
        }

        return (answer, first);
    }

    /// <summary>The addresses that the node has for the sake of Services.</summary>
    public static IEnumerable<NetAddress> VirtualIPs(ServiceIntent intent) =>
        intent.Ports.SelectMany(p => (IEnumerable<NetAddress>)[p.ClusterIP, .. p.ExternalIPs, .. p.LoadBalancerIPs]).Where(a => !intent.Node.LocalAddresses.Contains(a));

    private static RouteAnswer? NodePortOnLoopback(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        packet.Destination.IsLoopback && Find(intent, packet) is not null ? new RouteAnswer.NotAService() : null;

    private static RouteAnswer? HealthPortOnServiceAddress(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        answer is RouteAnswer.NotAService && (packet.Protocol == L4Protocol.Tcp || packet.Protocol == L4Protocol.Udp) && VirtualIPs(intent).Contains(packet.Destination) &&
        intent.Ports.FirstOrDefault(p => p.HealthCheckNodePort != 0 && p.HealthCheckNodePort == packet.DestinationPort) is { } port
            ? new RouteAnswer.HealthCheck(port.Name)
            : null;

    private static RouteAnswer? UnusedPort(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        answer is RouteAnswer.NotAService && VirtualIPs(intent).Contains(packet.Destination) ? new RouteAnswer.Refused(intent.Ports.First().Name) : null;

    private static RouteAnswer? ServiceAddressAsSource(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        answer is RouteAnswer.Forwarded or RouteAnswer.Dropped { Reason: DropReason.NoLocalEndpoints } && VirtualIPs(intent).Contains(packet.Source) &&
        Find(intent, packet) is { Port: { ExternalPolicyLocal: true, Endpoints.Cluster.Count: > 0 } port, Kind: not DestinationKind.ClusterIP } && !intent.Node.IsFromPod(packet)
            ? new RouteAnswer.Forwarded(
                port.Name, port.Endpoints.Cluster.Select(e => new RouteChoice(e, !StaysInside(intent, packet, e))).ToEquatableArray(), port.AffinitySeconds)
            : null;

    private static RouteAnswer? LocalEndpointsForAll(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        answer is RouteAnswer.Forwarded forwarded && Find(intent, packet) is { Port: { ExternalPolicyLocal: true, Endpoints.Local.Count: > 0 } port, Kind: not DestinationKind.ClusterIP } destination &&
        !forwarded.Choices.Select(c => c.Endpoint).SequenceEqual(port.Endpoints.Local)
            ? forwarded with
            {
                Choices = port.Endpoints.Local.Select(e =>
                    new RouteChoice(e, (IsMarked(intent, packet, destination) || e.Address == packet.Source) && !StaysInside(intent, packet, e))).ToEquatableArray(),
            }
            : null;

    private static RouteAnswer? HairpinElsewhere(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        answer is RouteAnswer.Forwarded forwarded && forwarded.Choices.Any(c => c.Masquerade && c.Endpoint.Address == packet.Source && !c.Endpoint.IsLocal) &&
        Find(intent, packet) is { } destination && !IsMarked(intent, packet, destination)
            ? forwarded with { Choices = forwarded.Choices.Select(c => c.Endpoint.IsLocal ? c : c with { Masquerade = false }).ToEquatableArray() }
            : null;

    private static RouteAnswer? FromLoopback(ServiceIntent intent, Packet packet, RouteAnswer answer) =>
        answer is RouteAnswer.Forwarded forwarded && packet.Source.IsLoopback
            ? forwarded with { Choices = forwarded.Choices.Select(c => c with { Masquerade = false }).ToEquatableArray() }
            : null;

    // Whether a packet is masqueraded whatever endpoint it goes to.
    private static bool IsMarked(ServiceIntent intent, Packet packet, ServiceDestination destination)
    {
        var node = intent.Node;
        var isPod = node.IsFromPod(packet);
        return destination.Kind == DestinationKind.ClusterIP ? node.MasqueradeAll || (node.CanTellPods(packet.Family) && !isPod)
            : !destination.Port.ExternalPolicyLocal || (!isPod && (node.IsOwnAddress(packet.Source) || VirtualIPs(intent).Contains(packet.Source)));
    }

    private static bool StaysInside(ServiceIntent intent, Packet packet, Endpoint endpoint) =>
        packet.Entry == PacketEntry.Network && intent.Node.IsOwnAddress(endpoint.Address);

    private static ServiceDestination? Find(ServiceIntent intent, Packet packet) =>
        packet.DestinationPort is { } port ? new Destinations(intent).Find(packet, port) : null;
}
