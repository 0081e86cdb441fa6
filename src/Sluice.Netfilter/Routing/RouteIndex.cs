using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>Routes by family, table and prefix, so that a lookup does not read them all; with what the addresses imply.</summary>
internal sealed class RouteIndex
{
    private readonly EquatableArray<Route> _of;
    private readonly InterfaceTable? _interfaces;
    private readonly Dictionary<(IPFamily, string), RouteTable> _tables = [];
    private readonly bool[] _hasRoutes = new bool[2];
    private readonly bool[] _hasLocalTable = new bool[2];

    public RouteIndex(EquatableArray<Route> routes, InterfaceTable? interfaces)
    {
        _of = routes;
        _interfaces = interfaces;
        foreach (var route in routes)
        {
            _hasRoutes[(int)route.Family] |= route.Table != "local";
            _hasLocalTable[(int)route.Family] |= route.Table == "local";
        }

        foreach (var route in routes.Concat(Implied(IPFamily.IPv4)).Concat(Implied(IPFamily.IPv6)))
        {
            var key = (route.Family, route.Table);
            if (!_tables.TryGetValue(key, out var table))
            {
                _tables.Add(key, table = new RouteTable());
            }

            table.Add(route);
        }

        foreach (var table in _tables.Values)
        {
            table.Complete();
        }
    }

    public bool IsOf(EquatableArray<Route> routes, InterfaceTable? interfaces) =>
        _of.IsSame(routes) && ReferenceEquals(_interfaces, interfaces);

    /// <summary>Whether anything is known of where other hosts are; without it only connected networks are.</summary>
    public bool HasRoutes(IPFamily family) => _hasRoutes[(int)family] || _hasLocalTable[(int)family];

    /// <summary>The table; null when it holds nothing.</summary>
    public RouteTable? Table(IPFamily family, string name) => _tables.GetValueOrDefault((family, name));

    /// <summary>
    /// Whether an empty table is empty on the node too, and not just left out of the listing: who listed the table
    /// <c>local</c> listed them all.
    /// </summary>
    public bool IsKnown(IPFamily family, string table) =>
        _tables.ContainsKey((family, table)) || _hasLocalTable[(int)family] || table == "default" || (table == "local" && _interfaces is not null);

    private IEnumerable<Route> Implied(IPFamily family)
    {
        var local = _hasLocalTable[(int)family] ? [] : LocalRoutes.LocalTable(_interfaces, family);
        return HasRoutes(family) ? local : local.Concat(LocalRoutes.Connected(_interfaces, family));
    }
}

/// <summary>The routes of one table and family, by prefix.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<int, Dictionary<UInt128, List<Route>>> _byLength = [];
    private int[] _lengths = [];

    /// <summary>The lengths of the prefixes, longest first.</summary>
    public ReadOnlySpan<int> Lengths => _lengths;

    public void Add(Route route)
    {
        if (route.Destination.Length is not (>= 0 and var length))
        {
            return;
        }

        if (!_byLength.TryGetValue(length, out var prefixes))
        {
            _byLength.Add(length, prefixes = []);
        }

        if (!prefixes.TryGetValue(route.Destination.Address.Bits, out var routes))
        {
            prefixes.Add(route.Destination.Address.Bits, routes = []);
        }

        routes.Add(route);
    }

    public void Complete()
    {
        _lengths = [.. _byLength.Keys.OrderDescending()];
        foreach (var prefixes in _byLength.Values)
        {
            foreach (var (prefix, routes) in prefixes)
            {
                // A stable sort: among equals the kernel's order decides.
                prefixes[prefix] = [.. routes.OrderByDescending(r => r.Source?.Length ?? 0).ThenBy(r => r.Metric)];
            }
        }
    }

    /// <summary>The routes for the prefix of this length that the address is in; empty when there are none.</summary>
    public IReadOnlyList<Route> At(int length, NetAddress address) =>
        _byLength.TryGetValue(length, out var prefixes) && prefixes.TryGetValue(Prefix.Of(address, length).Address.Bits, out var routes) ? routes : [];
}
