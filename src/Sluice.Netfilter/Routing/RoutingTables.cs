using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Routing;

/// <summary>A node's routes and the rules that choose between routing tables, as <c>ip route</c> and <c>ip rule</c> print them.</summary>
/// <param name="Routes">The routes of all tables.</param>
/// <param name="Rules">The rules; empty means the kernel's own three (local, main, default).</param>
public sealed record RoutingTables(EquatableArray<Route> Routes, EquatableArray<RoutingRule> Rules);

/// <summary>What a route does with a packet.</summary>
public enum RouteType
{
    /// <summary>Sends it on.</summary>
    Unicast,

    /// <summary>Delivers it on this node.</summary>
    Local,

    /// <summary>Delivers and sends it as a broadcast.</summary>
    Broadcast,

    /// <summary>Sends it to a group.</summary>
    Multicast,

    /// <summary>Delivers it to one of several (IPv6 anycast).</summary>
    Anycast,

    /// <summary>Drops it silently.</summary>
    Blackhole,

    /// <summary>Answers "host unreachable".</summary>
    Unreachable,

    /// <summary>Answers "administratively prohibited".</summary>
    Prohibit,

    /// <summary>Goes on with the next routing rule.</summary>
    Throw,
}

/// <summary>A route.</summary>
/// <param name="Type">What it does.</param>
/// <param name="Destination">The prefix it is for.</param>
/// <param name="Table">The table's name (<c>main</c>, <c>local</c>) or number as printed.</param>
public sealed record Route(RouteType Type, Prefix Destination, string Table)
{
    /// <summary>The outgoing interface; null when the route names none.</summary>
    public string? Interface { get; init; }

    /// <summary>The next router; null when the destination is on the link.</summary>
    public NetAddress? Gateway { get; init; }

    /// <summary>The source address that locally made packets get; null when the route names none.</summary>
    public NetAddress? PreferredSource { get; init; }

    /// <summary>The priority among equal prefixes, lower first.</summary>
    public uint Metric { get; init; }

    /// <summary>Whether the route is unusable now (<c>linkdown</c>, <c>dead</c>).</summary>
    public bool IsDead { get; init; }

    /// <summary>All next hops of a multipath route; empty for a plain one.</summary>
    public EquatableArray<NextHop> NextHops { get; init; }
}

/// <summary>One next hop of a multipath route.</summary>
/// <param name="Interface">The outgoing interface.</param>
/// <param name="Gateway">The router; null when on the link.</param>
/// <param name="Weight">Its share, from 1.</param>
public sealed record NextHop(string? Interface, NetAddress? Gateway, int Weight);

/// <summary>A routing rule (<c>ip rule</c>): for which packets which table is asked.</summary>
/// <param name="Priority">The order, lower first.</param>
/// <param name="Table">The table asked; null when the rule does something else.</param>
public sealed record RoutingRule(uint Priority, string? Table)
{
    /// <summary>The family it is for; null when the listing does not say.</summary>
    public IPFamily? Family { get; init; }

    /// <summary>Source prefix; null for all.</summary>
    public Prefix? From { get; init; }

    /// <summary>Destination prefix; null for all.</summary>
    public Prefix? To { get; init; }

    /// <summary>Packet mark; null when not asked.</summary>
    public MaskedValue? Mark { get; init; }

    /// <summary>Incoming interface (<c>lo</c>: made on this node); null when not asked.</summary>
    public string? InInterface { get; init; }

    /// <summary>Outgoing interface a socket is bound to; null when not asked.</summary>
    public string? OutInterface { get; init; }

    /// <summary>Whether everything but the criteria matches (<c>not</c>).</summary>
    public bool IsInverted { get; init; }

    /// <summary>What the rule does instead of asking a table: blackhole, unreachable or prohibit; null for a lookup.</summary>
    public RouteType? Action { get; init; }

    /// <summary>Criteria this program does not know, verbatim; null when none. The rule may apply or not.</summary>
    public string? Unknown { get; init; }

    /// <summary>Routes with a prefix of this length or shorter do not count (<c>suppress_prefixlength</c>); null when not given.</summary>
    public int? SuppressPrefixLength { get; init; }
}
