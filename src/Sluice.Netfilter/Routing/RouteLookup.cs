using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>One lookup: the routing rules by priority, and the tables they name (fib_rules_lookup).</summary>
internal sealed class RouteLookup
{
    // Rules that cannot be judged fork the answer; more forks than this tell nobody anything.
    private const int MaxAnswers = 16;

    private readonly RouteIndex _index;
    private readonly RouteQuery _query;
    private readonly RouteMatcher _matcher;
    private readonly List<RoutingRule> _rules;
    private readonly List<RouteResult> _answers = [];
    private bool _isMerged;
    private string? _missing;

    public RouteLookup(RoutingTables tables, RouteIndex index, RouteQuery query)
    {
        _index = index;
        _query = query;
        _matcher = new RouteMatcher(query);
        _rules = [.. ((IEnumerable<RoutingRule>)tables.Rules).Where(r => (r.Family ?? query.Family) == query.Family).OrderBy(r => r.Priority)];
        // Until somebody adds a rule, IPv4 keeps local and main in one trie: the longest prefix of both wins.
        _isMerged = query.Family == IPFamily.IPv4 && _rules.TrueForAll(IsKernelsOwn);
    }

    public RouteResult Run()
    {
        if (WithoutTable() is { } direct)
        {
            return direct;
        }

        if (_rules.Count == 0)
        {
            _rules.AddRange([new RoutingRule(0, "local"), new RoutingRule(32766, "main"), new RoutingRule(32767, "default")]);
            _isMerged = _query.Family == IPFamily.IPv4;
        }

        Walk(0, null);
        // What happens when no doubtful rule applies comes last, and is the first answer.
        var main = _answers[^1];
        var others = _answers.SkipLast(1).Where(a => !a.IsSameAnswer(main)).Distinct().ToEquatableArray();
        return main with { Alternatives = others, Reason = others.Count > 0 ? main.Reason ?? others[0].Reason : main.Reason };
    }

    private static bool IsKernelsOwn(RoutingRule rule) =>
        rule == new RoutingRule(rule.Priority, rule.Table) { Family = rule.Family } &&
        (rule.Priority, rule.Table) is (0, "local") or (32766, "main") or (32767, "default");

    // Destinations that the kernel does not look up.
    private RouteResult? WithoutTable()
    {
        var destination = _query.Destination;
        if (_query.Family != IPFamily.IPv4)
        {
            return null;
        }

        var isBroadcast = destination == NetAddress.V4(uint.MaxValue);
        if (!_query.IsLocallyMade)
        {
            return isBroadcast ? Direct(RouteType.Broadcast, _query.InInterface)
                : destination.IsMulticast ? Direct(RouteType.Multicast, _query.InInterface) : null;
        }

        var isLocalGroup = (uint)destination.Bits >> 8 == 0xe00000;
        var bound = _query.OutInterface ?? (destination.IsMulticast || isBroadcast ? HolderOf(_query.Source) : null);
        return bound is null || !(isBroadcast || isLocalGroup || (_query.OutInterface is null && destination.IsMulticast)) ? null
            : Direct(isBroadcast ? RouteType.Broadcast : RouteType.Multicast, bound);
    }

    // Of several holders the kernel finds the one that got the address last: most likely the last in the list.
    private string? HolderOf(NetAddress? source) =>
        _query.Interfaces?.Interfaces.LastOrDefault(i => i.Addresses.Any(a => a.Address == source))?.Name;

    private RouteResult Direct(RouteType type, string? name, AddressScope scope = AddressScope.Link)
    {
        var source = _query.Source is null && _query.IsLocallyMade && name is not null
            ? _query.Interfaces?.SelectSource(name, NetAddress.V4(0), scope)
            : null;
        return new RouteResult(type, null) { Hops = [new RouteHop(name, null, source)] };
    }

    // The rules from a place on; "doubt" names the rule that may not apply, on the way that supposes it does.
    private void Walk(int start, string? doubt)
    {
        for (var i = start; i < _rules.Count; i++)
        {
            var rule = _rules[i];
            var applies = RuleMatcher.Applies(rule, _query);
            if (applies == false || (_isMerged && rule.Table == "local"))
            {
                continue;
            }

            if (applies is null && _answers.Count >= MaxAnswers)
            {
                continue;
            }

            var reason = applies is null ? $"routing rule '{Show(rule)}' may apply or not" : doubt;
            if (rule.Goto is { } target)
            {
                // A target that does not exist: the rule does nothing.
                var next = _rules.FindIndex(i + 1, r => r.Priority == target);
                if (next >= 0 && applies == true)
                {
                    i = next - 1;
                }
                else if (next >= 0)
                {
                    Walk(next, reason);
                }
            }
            else if (Ask(rule) is { } answer)
            {
                _answers.Add(OnLink(answer) ?? answer with { Rule = rule, Reason = answer.Reason ?? reason });
                if (applies == true)
                {
                    return;
                }
            }
        }

        _answers.Add(NoRoute(doubt));
    }

    private RouteResult? Ask(RoutingRule rule)
    {
        if (rule.Action is { } action)
        {
            return new RouteResult(action, null) { Reason = $"routing rule '{Show(rule)}'" };
        }

        if (rule.Table is not { } name)
        {
            return rule.AsksVrf ? new RouteResult(RouteType.Unreachable, null) { IsUnknown = true, Reason = "the table of the VRF is not known" } : null;
        }

        var tables = new List<RouteTable>(2);
        foreach (var each in _isMerged && name == "main" ? ["local", name] : new[] { name })
        {
            if (_index.Table(_query.Family, each) is { } table)
            {
                tables.Add(table);
            }
            else if (!_index.IsKnown(_query.Family, each) && each != "local" && (each != "main" || _index.HasRoutes(_query.Family)))
            {
                _missing ??= each;
            }
        }

        var answer = _matcher.Find(tables);
        if (answer is { Route: { } route } && !IsEnd(answer.Type) && route.Destination.Length <= (rule.SuppressPrefixLength ?? -1))
        {
            return null;
        }

        return answer is null || _missing is null ? answer : answer with { Reason = Missing() };
    }

    private RouteResult NoRoute(string? doubt)
    {
        if (!_index.HasRoutes(_query.Family))
        {
            var what = _query.Family == IPFamily.IPv4 ? "IPv4" : "IPv6";
            return new RouteResult(RouteType.Unreachable, null) { IsUnknown = true, Reason = $"the {what} routes of the node are not known" };
        }

        if (_missing is null)
        {
            var none = new RouteResult(RouteType.Unreachable, null) { Reason = doubt ?? "no route" };
            return OnLink(none) ?? none;
        }

        return new RouteResult(RouteType.Unreachable, null) { IsUnknown = true, Reason = Missing() };
    }

    // Bound to an interface and without a route that leads anywhere, the kernel takes the destination for a neighbour on it.
    private RouteResult? OnLink(RouteResult answer)
    {
        if (!IsEnd(answer.Type) || answer.IsUnknown || _query is not { Family: IPFamily.IPv4, IsLocallyMade: true, OutInterface: { } bound })
        {
            return null;
        }

        var type = RouteMatcher.OfDestination(_query.Destination);
        return Direct(type ?? RouteType.Unicast, bound, type == RouteType.Multicast ? AddressScope.Global : AddressScope.Link) with
        {
            Reason = $"no route: bound to {bound}, it is sought on the link",
        };
    }

    private string Missing() => $"the listing does not hold the routing table {_missing}";

    private static string Show(RoutingRule rule) => rule.ToString().Replace('\t', ' ');

    private static bool IsEnd(RouteType type) => type is RouteType.Blackhole or RouteType.Unreachable or RouteType.Prohibit;
}
