using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>Whether a routing rule applies to a packet (fib_rule_match).</summary>
internal static class RuleMatcher
{
    /// <summary>True or false; null when the rule asks something that is not known.</summary>
    public static bool? Applies(RoutingRule rule, RouteQuery query)
    {
        var known =
            (rule.InInterface is null || rule.InInterface == (query.InInterface ?? "lo")) &&
            (rule.OutInterface is null || rule.OutInterface == query.OutInterface) &&
            (rule.Mark is not { } mark || ((query.Mark ^ mark.Value) & mark.Mask) == 0) &&
            Holds(rule.From, query.Source) && Holds(rule.To, query.Destination);
        var criteria = !known ? false : IsDoubtful(rule, query) ? null : (bool?)(!rule.AsksVrf);
        return rule.IsInverted ? !criteria : criteria;
    }

    // A packet without a source yet is matched as 0.0.0.0 or :: would be.
    private static bool Holds(Prefix? prefix, NetAddress? address) =>
        prefix is not { } wanted || wanted.Contains(address ?? new NetAddress(wanted.Family, 0));

    // An interface that routing sees and that has a master belongs to a VRF: bridge ports are never seen here.
    private static bool IsDoubtful(RoutingRule rule, RouteQuery query) =>
        rule.Unknown is not null || (rule.AsksVrf && (HasMaster(query, query.InInterface) || HasMaster(query, query.OutInterface)));

    private static bool HasMaster(RouteQuery query, string? name) => name is not null && query.Interfaces?.Find(name)?.Master is not null;
}
