using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>A route.</summary>
/// <param name="Type">What it does.</param>
/// <param name="Destination">The prefix it is for.</param>
/// <param name="Table">The table's name (<c>main</c>, <c>local</c>, <c>default</c>), or its number or name as printed.</param>
public sealed record Route(RouteType Type, Prefix Destination, string Table)
{
    /// <summary>The outgoing interface; null when the route names none.</summary>
    public string? Interface { get; init; }

    /// <summary>The next router; null when the destination is on the link.</summary>
    public NetAddress? Gateway { get; init; }

    /// <summary>The source address that locally made packets get; null when the route names none.</summary>
    public NetAddress? PreferredSource { get; init; }

    /// <summary>The sources it is for (IPv6 <c>from</c>); null for all.</summary>
    public Prefix? Source { get; init; }

    /// <summary>The priority among equal prefixes, lower first.</summary>
    public uint Metric { get; init; }

    /// <summary>How far away the destination is.</summary>
    public AddressScope Scope { get; init; }

    /// <summary>The type of service it is for, as printed; null for all.</summary>
    public string? Tos { get; init; }

    /// <summary>What a router advertisement said about the router (IPv6 <c>pref</c>).</summary>
    public RouterPreference Preference { get; init; }

    /// <summary>Whether the route is unusable now (<c>dead</c>).</summary>
    public bool IsDead { get; init; }

    /// <summary>
    /// Whether its interface has no carrier (<c>linkdown</c>). The kernel uses it all the same, unless
    /// <c>ignore_routes_with_linkdown</c> is set: then it prints <c>dead</c> too.
    /// </summary>
    public bool IsLinkDown { get; init; }

    /// <summary>All next hops of a multipath route; empty for a plain one.</summary>
    public EquatableArray<NextHop> NextHops { get; init; }

    /// <summary>The address family.</summary>
    public IPFamily Family => Destination.Family;

    /// <summary>The route as <c>ip route</c> prints it, on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(Type == RouteType.Unicast ? "" : RouteWords.Of(Type) + " ");
        text.Append(Destination.Length == 0 ? "default" : Destination.ToString());
        Append(text, " from ", Source);
        Append(text, " tos ", Tos);
        RouteWords.AppendHop(text, Family, Gateway, Interface);
        Append(text, " table ", Table == "main" ? null : Table);
        Append(text, " scope ", Scope == AddressScope.Global ? null : RouteWords.Of(Scope));
        Append(text, " src ", PreferredSource);
        Append(text, " metric ", Metric == 0 ? null : Metric);
        text.Append(IsDead ? " dead" : "").Append(IsLinkDown ? " linkdown" : "");
        Append(text, " pref ", Family == IPFamily.IPv4 ? null : RouteWords.Of(Preference));
        foreach (var hop in NextHops)
        {
            text.Append(" nexthop").Append(hop.ToString(Family));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string word, object? value) =>
        _ = value is null ? text : text.Append(word).Append(value);
}

/// <summary>One next hop of a multipath route.</summary>
/// <param name="Interface">The outgoing interface.</param>
/// <param name="Gateway">The router; null when on the link.</param>
/// <param name="Weight">Its share, from 1.</param>
public sealed record NextHop(string? Interface, NetAddress? Gateway, int Weight)
{
    /// <summary>Whether it is unusable now (<c>dead</c>).</summary>
    public bool IsDead { get; init; }

    /// <summary>Whether its interface has no carrier (<c>linkdown</c>).</summary>
    public bool IsLinkDown { get; init; }

    internal string ToString(IPFamily family)
    {
        var text = new StringBuilder();
        RouteWords.AppendHop(text, family, Gateway, Interface);
        return text.Append(" weight ").Append(Weight).Append(IsDead ? " dead" : "").Append(IsLinkDown ? " linkdown" : "").ToString();
    }
}
