using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>A route while it is read: the family of a <c>default</c> shows only from its other words.</summary>
internal sealed class RouteDraft
{
    private IPFamily? _family;

    public RouteType Type { get; set; }

    /// <summary>Null for <c>default</c>.</summary>
    public Prefix? Destination { get; set; }

    public string? Table { get; set; }

    public string? Interface { get; set; }

    public NetAddress? Gateway { get; set; }

    public NetAddress? PreferredSource { get; set; }

    public Prefix? Source { get; set; }

    public uint Metric { get; set; }

    public AddressScope Scope { get; set; }

    public string? Tos { get; set; }

    public RouterPreference Preference { get; set; }

    public bool IsDead { get; set; }

    public bool IsLinkDown { get; set; }

    public List<NextHop> NextHops { get; } = [];

    /// <summary>Whether the line holds nothing that says where packets go: next hops must follow.</summary>
    public bool NeedsNextHops =>
        Interface is null && Gateway is null && NextHops.Count == 0 && Type is RouteType.Unicast or RouteType.Multicast;

    /// <summary>Remembers that something of the line belongs to a family.</summary>
    public void Hint(IPFamily? family) => _family ??= family;

    /// <summary>The router's family is the route's, unless the listing names it (<c>via inet6</c>): then it is the other one.</summary>
    public void HintGateway(NetAddress? gateway, bool familyIsNamed)
    {
        if (gateway is { } router)
        {
            Hint(familyIsNamed ? Other(router.Family) : router.Family);
        }
    }

    public Route ToRoute(IPFamily defaultFamily, string defaultTable)
    {
        var family = Destination?.Family ?? _family ?? defaultFamily;
        var destination = Destination ?? Prefix.Of(new NetAddress(family, 0), 0);
        return new Route(Type, destination, Table ?? (IsOfLocalTable ? "local" : defaultTable))
        {
            Interface = Interface,
            Gateway = Gateway,
            PreferredSource = PreferredSource,
            Source = Source,
            Metric = Metric,
            Scope = Scope,
            Tos = Tos,
            Preference = Preference,
            IsDead = IsDead,
            IsLinkDown = IsLinkDown,
            NextHops = NextHops.ToEquatableArray(),
        };
    }

    // "ip route show table local" does not print the table; these types stand nowhere else by themselves.
    private bool IsOfLocalTable => Type is RouteType.Local or RouteType.Broadcast or RouteType.Anycast or RouteType.Multicast;

    private static IPFamily Other(IPFamily family) => family == IPFamily.IPv4 ? IPFamily.IPv6 : IPFamily.IPv4;
}
