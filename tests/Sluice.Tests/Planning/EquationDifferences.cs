using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>
/// All differences between what Kubernetes means and what kube-proxy's iptables rules do with a packet. Each is exact: the
/// equation demands of the rules what the difference says, not merely something else. Three more are not about where a packet goes but with
/// which probability, and stand in <see cref="IptablesJudge"/>: <see cref="RoundedShares"/>, <see cref="FirstOfSeveralMemories"/>, <see cref="WeightsIgnored"/>.
/// </summary>
internal static class EquationDifferences
{
    public const string RoundedShares = "rounded-shares";
    public const string FirstOfSeveralMemories = "first-of-several-memories";
    public const string WeightsIgnored = "weights-ignored";

    public static IReadOnlyList<EquationDifference> All { get; } =
    [
        new(
            "contested-address",
            "the first Service in order has an address and port that several claim",
            "while the first does not deliver the packet, the next that does gets it; if none does, source ranges drop before others refuse",
            "what delivers stands in the nat table and is asked before what refuses or drops in the filter table",
            Contested),
        new(
            "own-packet-without-endpoints",
            "the node's own packet to an external or load-balancer address of a Service without endpoints is refused",
            "it leaves the node unchanged, unless the address is the node's",
            "KUBE-EXTERNAL-SERVICES is called from INPUT and FORWARD only",
            OwnPacketWithoutEndpoints),
        new(
            "blocked-without-endpoints",
            "who is outside the source ranges is dropped",
            "who is outside is refused like everyone else",
            "the ranges are written only for Services with endpoints",
            BlockedWithoutEndpoints),
        new(
            "loopback-node-port-from-network",
            "a packet from elsewhere to a loopback address is no Service's",
            "it is served as on any other address of the node",
            "the rule asks whether the address is local, not where the packet comes from, and translation comes before the kernel looks for such addresses",
            LoopbackFromNetwork),
        new(
            "refusal-on-every-address",
            "a node port is the Service's only on the addresses that serve node ports",
            "without endpoints to send to, its port is refused or dropped on all addresses of the node",
            "the rule in KUBE-EXTERNAL-SERVICES asks for any local address",
            RefusalOnEveryAddress),
    ];

    /// <summary>What the rules are to do with a packet, and which difference says so; null when they do what is meant.</summary>
    public static (RouteAnswer Answer, EquationDifference? Difference) AnswerOfRules(ServiceIntent intent, Packet packet)
    {
        var meant = intent.Route(packet);
        foreach (var difference in All)
        {
            if (difference.AnswerOfRules(intent, packet, meant) is { } answer)
            {
                return (answer, difference);
            }
        }

        return (meant, null);
    }

    private static RouteAnswer? Contested(ServiceIntent intent, Packet packet, RouteAnswer meant)
    {
        var claimants = Claimants(intent, packet);
        if (claimants.Count < 2)
        {
            return null;
        }

        var answers = claimants.ConvertAll(c => AnswerOfRules(Alone(intent, c), packet).Answer);
        return answers[0] is RouteAnswer.Forwarded ? null
            : answers.Find(a => a is RouteAnswer.Forwarded) is { } answer ? answer
            : claimants.Find(c => HasRanges(c, packet)) is { } blocking ? new RouteAnswer.Dropped(blocking.Name, DropReason.SourceNotAllowed)
            : answers[0];
    }

    private static RouteAnswer? OwnPacketWithoutEndpoints(ServiceIntent intent, Packet packet, RouteAnswer meant) =>
        packet.Entry == PacketEntry.Local && !intent.Node.IsOwnAddress(packet.Destination) &&
        Claimants(intent, packet) is [{ Endpoints.HasAny: false } port] && port.ClusterIP != packet.Destination
            ? new RouteAnswer.NotAService()
            : null;

    private static RouteAnswer? BlockedWithoutEndpoints(ServiceIntent intent, Packet packet, RouteAnswer meant) =>
        meant is RouteAnswer.Dropped { Reason: DropReason.SourceNotAllowed } && Claimants(intent, packet) is [{ Endpoints.HasAny: false } port]
            ? new RouteAnswer.Refused(port.Name)
            : null;

    private static RouteAnswer? LoopbackFromNetwork(ServiceIntent intent, Packet packet, RouteAnswer meant)
    {
        var isStray = packet.Entry == PacketEntry.Network && packet.Destination.IsLoopback && intent.Node.ServesNodePorts(packet.Destination);
        return isStray && NodePort(intent, packet) is { } port &&
            new ServiceDestination(port, DestinationKind.NodePort).Route(packet, intent.Node) is RouteAnswer.Forwarded answer ? answer : null;
    }

    private static RouteAnswer? RefusalOnEveryAddress(ServiceIntent intent, Packet packet, RouteAnswer meant) =>
        meant is RouteAnswer.NotAService && intent.Node.IsOwnAddress(packet.Destination) && !IsStray(packet) && NodePort(intent, packet) is { } port
            ? !port.Endpoints.HasAny ? new RouteAnswer.Refused(port.Name)
            : port.ExternalEndpoints.Count == 0 ? new RouteAnswer.Dropped(port.Name, DropReason.NoLocalEndpoints)
            : null
            : null;

    /// <summary>Whether it is addressed to loopback, but not sent by the node: the kernel itself lets such a packet in only by a sysctl.</summary>
    public static bool IsStray(Packet packet) => packet.Entry == PacketEntry.Network && packet.Destination.IsLoopback;

    private static List<PortIntent> Claimants(ServiceIntent intent, Packet packet)
    {
        var claimants = intent.Ports.Where(p =>
            p.Name.Protocol == packet.Protocol && p.Port == packet.DestinationPort &&
            (p.ClusterIP == packet.Destination || p.ExternalIPs.Contains(packet.Destination) || p.LoadBalancerIPs.Contains(packet.Destination))).ToList();
        if (!IsStray(packet) && intent.Node.ServesNodePorts(packet.Destination) && NodePort(intent, packet) is { } port)
        {
            claimants.Add(port);
        }

        return claimants;
    }

    private static PortIntent? NodePort(ServiceIntent intent, Packet packet) =>
        intent.Ports.FirstOrDefault(p => p.NodePort != 0 && p.NodePort == packet.DestinationPort && p.Name.Protocol == packet.Protocol);

    private static bool HasRanges(PortIntent port, Packet packet) =>
        port.Endpoints.HasAny && port.SourceRanges.Count > 0 && port.LoadBalancerIPs.Contains(packet.Destination);

    private static ServiceIntent Alone(ServiceIntent intent, PortIntent port) =>
        ServiceIntent.Empty(intent.Node, intent.Family).With(port.Name.Service, [port]);
}
