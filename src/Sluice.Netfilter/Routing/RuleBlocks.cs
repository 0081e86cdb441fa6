using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>
/// Listings of routing rules, one after the other. <c>ip rule</c> prints no family: it shows in the addresses of a listing, or
/// in its last rule, since only IPv4 has a <c>default</c> table. A listing that lacks it is taken for the IPv6 one only beside
/// one of IPv4: alone it may just be cut, and its rules are for both.
/// </summary>
internal sealed class RuleBlocks
{
    private readonly List<Block> _blocks = [];
    private bool _isOpen;

    public bool IsEmpty => _blocks.Count == 0;

    public void Add(RoutingRule rule, IPFamily? hint)
    {
        if (!_isOpen || _blocks[^1].Rules[^1].Priority > rule.Priority)
        {
            _blocks.Add(new Block(hint));
            _isOpen = true;
        }

        _blocks[^1].Rules.Add(rule);
    }

    public void EndBlock() => _isOpen = false;

    public EquatableArray<RoutingRule> ToRules()
    {
        var hasV4 = _blocks.Exists(b => b.Family == IPFamily.IPv4);
        return _blocks
            .SelectMany(b => b.Rules.Select(r => r with { Family = b.Family ?? (hasV4 && b.EndsWithMain ? IPFamily.IPv6 : null) }))
            .Distinct()
            .ToEquatableArray();
    }

    private sealed class Block(IPFamily? hint)
    {
        public List<RoutingRule> Rules { get; } = [];

        public bool EndsWithMain => Rules[^1] is { Priority: 32766, Table: "main" };

        public IPFamily? Family =>
            Rules.Select(r => r.From?.Family ?? r.To?.Family).FirstOrDefault(f => f is not null) ?? hint ??
            (Rules.Exists(r => r.Table == "default") ? IPFamily.IPv4 : null);
    }
}
