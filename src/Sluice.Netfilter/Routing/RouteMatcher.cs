using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>Chooses a route of one table (fib_table_lookup, fib6_table_lookup). A type of service other than 0 is not asked.</summary>
/// <param name="query">The packet.</param>
internal sealed class RouteMatcher(RouteQuery query)
{
    private bool _comesBack;

    /// <summary>The route of the longest prefix that can be used; null when the next rule must be asked.</summary>
    /// <param name="tables">Tables that are searched as one, the first winning among equal prefixes.</param>
    public RouteResult? Find(IReadOnlyList<RouteTable> tables)
    {
        _comesBack = false;
        for (var length = query.Destination.Width; length >= 0; length--)
        {
            foreach (var table in tables)
            {
                if (table.Lengths.Contains(length) && At(table.At(length, query.Destination)) is { } result)
                {
                    return result.Type == RouteType.Throw ? null : result;
                }
            }
        }

        return null;
    }

    /// <summary>What a packet to an IPv4 group or to everybody is; null for all others.</summary>
    public static RouteType? OfDestination(NetAddress destination) =>
        destination.Family == IPFamily.IPv6 ? null :
        destination.IsMulticast ? RouteType.Multicast :
        destination == NetAddress.V4(uint.MaxValue) ? RouteType.Broadcast : null;

    private RouteResult? At(IReadOnlyList<Route> routes) => query.Family == IPFamily.IPv4 ? AtV4(routes) : AtV6(routes);

    private RouteResult? AtV4(IReadOnlyList<Route> routes)
    {
        foreach (var route in routes)
        {
            if (route.Tos is not (null or "0" or "0x00"))
            {
                continue;
            }

            if (IsError(route.Type))
            {
                return new RouteResult(route.Type, route);
            }

            if (route.IsDead)
            {
                continue;
            }

            var hops = Hops(route).Where(h => query.OutInterface is null || h.Interface == query.OutInterface);
            // Bound to an interface, the kernel takes the first next hop on it and does not spread.
            var usable = query.OutInterface is null ? hops.ToList() : hops.Take(1).ToList();
            if (usable.Count > 0)
            {
                return Result(route, usable);
            }
        }

        return null;
    }

    private RouteResult? AtV6(IReadOnlyList<Route> routes)
    {
        if (IsHidden(routes))
        {
            return null;
        }

        var sourceLength = -1;
        var (best, bestScore, firstMetric) = (default(RouteResult), -1, default(uint?));
        foreach (var route in routes)
        {
            if (!IsForSource(route))
            {
                continue;
            }

            // Routes for a narrower set of sources come first; wider ones are asked only when none of them can be used.
            var length = route.Source?.Length ?? 0;
            if (best is not null && (length != sourceLength || (firstMetric is { } metric && route.Metric != metric)))
            {
                return best;
            }

            if (length != sourceLength)
            {
                (sourceLength, firstMetric) = (length, route.Metric);
            }
            else if (best is null)
            {
                // None of the first metric could be used: the rest compete by score whatever their metric.
                firstMetric = route.Metric == firstMetric ? firstMetric : null;
            }

            var (usable, score) = ScoreV6(route);
            if (score > bestScore)
            {
                bestScore = score;
                best = IsError(route.Type) ? new RouteResult(route.Type, route) : Result(route, usable);
            }
        }

        return best;
    }

    private bool IsForSource(Route route) =>
        route.Source is not { Length: > 0 } source || (query.Source is { } address && source.Contains(address));

    // A route for all sources is not found beside one of its prefix for other sources only (fib6_node_lookup_1 goes on to the
    // shorter prefix), unless it is a default route or the search comes back from a longer prefix that could not be used.
    private bool IsHidden(IReadOnlyList<Route> routes)
    {
        var hasSources = routes.Count > 0 && routes[0].Source is { Length: > 0 };
        var isHidden = hasSources && !_comesBack && routes[0].Destination.Length > 0 && !routes.Any(r => r.Source is { Length: > 0 } && IsForSource(r));
        _comesBack |= !isHidden && routes.Any(IsForSource);
        return isHidden;
    }

    // rt6_score_route: the interface counts most where it must match, then the router's preference.
    private (List<NextHop> Usable, int Score) ScoreV6(Route route)
    {
        var device = query.InInterface is null or "lo" ? query.OutInterface : query.InInterface;
        var mustMatch = device is not null && (NeedsInterface(query.Destination) || (query.IsLocallyMade && query.Source is null));
        var usable = route.IsDead ? [] : Hops(route).Where(h => !mustMatch || h.Interface == device).ToList();
        if (usable.Count == 0)
        {
            return (usable, -1);
        }

        var matches = device is null || usable[0].Interface == device ? 2 : 0;
        return (usable, matches | (((int)route.Preference + 2) << 2));
    }

    private static bool NeedsInterface(NetAddress destination) =>
        destination.IsMulticast || destination.IsLinkLocal || destination.IsLoopback;

    private static IEnumerable<NextHop> Hops(Route route) => route.NextHops.Count == 0
        ? [new NextHop(route.Interface, route.Gateway, 1)]
        : ((IEnumerable<NextHop>)route.NextHops).Where(h => !h.IsDead);

    private static bool IsError(RouteType type) =>
        type is RouteType.Blackhole or RouteType.Unreachable or RouteType.Prohibit or RouteType.Throw;

    private RouteResult Result(Route route, List<NextHop> hops)
    {
        // What is delivered here leaves by lo, and comes in by it when it was made here.
        var isLocal = route.Type is RouteType.Local or RouteType.Anycast;
        var type = Type(route);
        var goesDirect = isLocal || type == RouteType.Broadcast || (type == RouteType.Multicast && route.Destination.Length < 4);
        return new RouteResult(type, route)
        {
            Hops = hops
                .Select(h => new RouteHop(isLocal ? "lo" : h.Interface, goesDirect ? null : h.Gateway, SourceOf(route, h), h.Weight))
                .ToEquatableArray(),
        };
    }

    // The destination decides what a packet that goes out is, whatever the route says (__mkroute_output).
    private RouteType Type(Route route) => query.IsLocallyMade && OfDestination(query.Destination) is { } type ? type : route.Type;

    private NetAddress? SourceOf(Route route, NextHop hop)
    {
        if (query.Source is not null || !query.IsLocallyMade)
        {
            return null;
        }

        // To a group from a bound socket: chosen before the lookup (ip_route_output_key_hash_rcu).
        if (query is { Family: IPFamily.IPv4, OutInterface: { } bound } && query.Destination.IsMulticast)
        {
            return query.Interfaces?.SelectSource(bound, NetAddress.V4(0));
        }

        if (route.PreferredSource is { } source)
        {
            return source;
        }

        if (query.Family == IPFamily.IPv6)
        {
            return query.Interfaces?.SelectSource(hop.Interface ?? "", query.Destination);
        }

        // inet_select_addr is asked with the router alone: without one it takes the first primary address.
        var near = hop.Gateway is { Family: IPFamily.IPv4 } gateway ? gateway : NetAddress.V4(0);
        return route.Type == RouteType.Local ? query.Destination : query.Interfaces?.SelectSource(hop.Interface ?? "", near, route.Scope);
    }
}
