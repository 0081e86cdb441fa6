using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>A node's routes and the rules that choose between routing tables, as <c>ip route</c> and <c>ip rule</c> print them.</summary>
/// <param name="Routes">The routes of all tables.</param>
/// <param name="Rules">The rules; empty means the kernel's own three (local, main, default).</param>
public sealed record RoutingTables(EquatableArray<Route> Routes, EquatableArray<RoutingRule> Rules)
{
    private RouteIndex? _index;

    /// <summary>No routes at all: what a lookup then knows are the networks of the interfaces.</summary>
    public static RoutingTables Empty { get; } = new([], []);

    /// <summary>
    /// Says where the kernel sends a packet: the rules by priority, in each table the longest prefix, then the lowest metric.
    /// Where routes are missing it says so instead of guessing (<see cref="RouteResult.IsUnknown"/>).
    /// </summary>
    public RouteResult Lookup(RouteQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return new RouteLookup(this, Index(query.Interfaces), query).Run();
    }

    /// <summary>Equal routes and rules.</summary>
    public bool Equals(RoutingTables? other) => other is not null && Routes.Equals(other.Routes) && Rules.Equals(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Routes, Rules);

    // "with" copies the cache too: it counts only for the routes and interfaces it was made of.
    private RouteIndex Index(InterfaceTable? interfaces) =>
        _index is { } index && index.IsOf(Routes, interfaces) ? index : _index = new RouteIndex(Routes, interfaces);
}
