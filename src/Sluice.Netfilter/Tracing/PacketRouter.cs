using Sluice.Net;
using Sluice.Netfilter.Routing;

namespace Sluice.Netfilter.Tracing;

/// <summary>The routing decisions on a packet's way, from what the snapshot knows of addresses and routes.</summary>
internal sealed class PacketRouter(NodeSnapshot node, Assumptions assumptions)
{
    /// <summary>What a routing decision looks at.</summary>
    public static RouteKey KeyOf(TracedPacket packet) => new(packet.Destination, packet.Source, packet.Mark, packet.Tos);

    /// <summary>Whether the kernel asks the route_localnet sysctl before it takes the packet.</summary>
    public static bool NeedsLocalnetRouting(TracedPacket packet) =>
        packet.Family == IPFamily.IPv4 && packet.InInterface != "lo" && !packet.IsDestinationUnknown &&
        (packet.Destination.IsLoopback || packet.Source.IsLoopback);

    /// <summary>The interface a packet from the network most likely came in by: the one that leads back to its source. Null when not known.</summary>
    public string? GuessInInterface(Packet packet)
    {
        if (packet.InInterface is not null || node.Routing is null || node.IsLocal(packet.Source))
        {
            return packet.InInterface;
        }

        var back = node.Routing.Lookup(new RouteQuery(packet.Source) { Interfaces = node.Interfaces });
        if (back is not { IsReachable: true, IsAmbiguous: false, Type: RouteType.Unicast, Hops.Count: 1, Interface: { } name })
        {
            return null;
        }

        assumptions.Add($"it arrives on {name}, by which its source {packet.Source} is reached");
        return name;
    }

    /// <summary>Routes the packet. More than one answer: which one is taken depends on what the snapshot does not tell.</summary>
    public IReadOnlyList<RouteChoice> Choices(TracedPacket packet, bool isOutput)
    {
        if (packet is { IsDestinationUnknown: true, DestinationMap: { } map })
        {
            assumptions.Add($"the destination that {map} holds is taken to be another host or a pod");
            return [new RouteChoice(null, RouteType.Unicast, null, null, null)];
        }

        if (packet.IsDestinationUnknown || packet.Destination.IsLoopback || (node.Routing is null && node.IsLocal(packet.Destination)))
        {
            return [RouteChoice.Here];
        }

        if (node.Routing is null && node.Interfaces is null)
        {
            return [new RouteChoice(null, RouteType.Unicast, null, null, null)];
        }

        var result = (node.Routing ?? RoutingTables.Empty).Lookup(new RouteQuery(packet.Destination)
        {
            Source = packet.IsSourceUnknown || packet.Source.IsUnspecified ? null : packet.Source,
            Mark = packet.Mark,
            InInterface = isOutput ? null : packet.InInterface ?? "",
            Interfaces = node.Interfaces,
        });
        var choices = new List<RouteChoice>();
        AddChoices(choices, result, result.IsAmbiguous ? result.Reason : null);
        foreach (var other in result.Alternatives)
        {
            AddChoices(choices, other, other.Reason ?? "another routing rule applies");
        }

        return choices;
    }

    /// <summary>Routes a locally made packet again after a rule changed what routing looks at.</summary>
    public void Reroute(Branch branch) => branch.Take(OneOf(Choices(branch.Packet, isOutput: true), branch.Packet));

    /// <summary>How the node would send a packet to another destination than the packet's own.</summary>
    public RouteChoice ChoiceTo(NetAddress destination, TracedPacket packet)
    {
        var other = packet.Clone();
        other.Destination = destination;
        other.IsDestinationUnknown = false;
        return OneOf(Choices(other, isOutput: true), packet);
    }

    // A fork within a hook could not be resumed; of several ways the one taken already, or the first, stands.
    private RouteChoice OneOf(IReadOnlyList<RouteChoice> choices, TracedPacket packet)
    {
        var choice = choices.FirstOrDefault(c => c.Condition is null || packet.KnownFact(c.Condition) == true) ?? choices[0];
        if (choice.Condition is { } condition)
        {
            assumptions.Add($"of several routes the first is taken: {condition}");
        }

        return choice;
    }

    private static void AddChoices(List<RouteChoice> choices, RouteResult result, string? condition)
    {
        if (result.Type is RouteType.Local or RouteType.Anycast or RouteType.Broadcast)
        {
            choices.Add(RouteChoice.Here with { Condition = condition });
            return;
        }

        if (result.IsUnknown)
        {
            // The snapshot has addresses but no routes: the packet is taken to leave by an interface that is not known.
            choices.Add(new RouteChoice(condition, RouteType.Unicast, null, null, null));
            return;
        }

        if (result.Hops.Count == 0)
        {
            choices.Add(new RouteChoice(condition, result.Type, null, null, result.Route is null ? "there is no route to it" : $"its route says {result.Type.ToString().ToLowerInvariant()}"));
            return;
        }

        foreach (var hop in result.Hops)
        {
            var way = result.Hops.Count == 1 ? condition : $"multipath routing picks {hop.Interface}{(hop.Gateway is { } via ? $" via {via}" : "")}";
            choices.Add(new RouteChoice(way, RouteType.Unicast, hop.Interface, hop.Gateway, null));
        }
    }
}

/// <summary>One answer of routing.</summary>
/// <param name="Condition">What it depends on; null when it is certain.</param>
/// <param name="Type">What becomes of the packet.</param>
/// <param name="Interface">The outgoing interface; null when not known.</param>
/// <param name="Gateway">The next router; null when the destination is on the link or not known.</param>
/// <param name="Failure">Why it goes nowhere; null when it does.</param>
internal sealed record RouteChoice(string? Condition, RouteType Type, string? Interface, NetAddress? Gateway, string? Failure)
{
    /// <summary>Delivery on this node.</summary>
    public static readonly RouteChoice Here = new(null, RouteType.Local, "lo", null, null);

    /// <summary>Whether the packet is delivered on this node.</summary>
    public bool IsLocal => Type == RouteType.Local;
}
