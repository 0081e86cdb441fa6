using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>What routing does with a packet.</summary>
/// <param name="Type">
/// Unicast sends it on, Local (and Anycast) delivers it here, Broadcast and Multicast may do both; Unreachable, Prohibit and
/// Blackhole end it. Unreachable also stands for "no route" (then <paramref name="Route"/> is null).
/// </param>
/// <param name="Route">The route that was taken, for explanations; null when none was, or the kernel does without one.</param>
public sealed record RouteResult(RouteType Type, Route? Route)
{
    /// <summary>The ways it may take: one, or each usable next hop of a multipath route; empty when it goes nowhere.</summary>
    public EquatableArray<RouteHop> Hops { get; init; }

    /// <summary>The routing rule whose table held the route, or that ended the packet; null for the kernel's own.</summary>
    public RoutingRule? Rule { get; init; }

    /// <summary>Whether the answer is not known because routes are missing; <see cref="Reason"/> says which.</summary>
    public bool IsUnknown { get; init; }

    /// <summary>Why the answer is as it is, where the route alone does not say; null when it does.</summary>
    public string? Reason { get; init; }

    /// <summary>The other answers, when a rule may apply or not; empty when the answer is certain.</summary>
    public EquatableArray<RouteResult> Alternatives { get; init; }

    /// <summary>Whether there are other answers, depending on rules that cannot be judged.</summary>
    public bool IsAmbiguous => Alternatives.Count > 0;

    /// <summary>Whether the packet goes on to a socket or a link.</summary>
    public bool IsReachable => !IsUnknown && Hops.Count > 0;

    /// <summary>The outgoing interface (<c>lo</c> for what is delivered here); of the first way when there are several.</summary>
    public string? Interface => Hops.Count > 0 ? Hops[0].Interface : null;

    /// <summary>The next router; null when the destination is on the link. Of the first way when there are several.</summary>
    public NetAddress? Gateway => Hops.Count > 0 ? Hops[0].Gateway : null;

    /// <summary>The source that a locally made packet gets; null when it has one, or none is known. Of the first way when there are several.</summary>
    public NetAddress? PreferredSource => Hops.Count > 0 ? Hops[0].PreferredSource : null;

    internal bool IsSameAnswer(RouteResult other) =>
        Type == other.Type && IsUnknown == other.IsUnknown && Hops.Equals(other.Hops) && (Route is null) == (other.Route is null);
}

/// <summary>One way out of the node.</summary>
/// <param name="Interface">The interface; null when the route names none.</param>
/// <param name="Gateway">The next router; null when the destination is on the link.</param>
/// <param name="PreferredSource">The source that a locally made packet gets; null when it has one, or none is known.</param>
/// <param name="Weight">Its share among the ways, from 1.</param>
public sealed record RouteHop(string? Interface, NetAddress? Gateway, NetAddress? PreferredSource, int Weight = 1);
