using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>What a trace took for granted, each said once, in the order met.</summary>
internal sealed class Assumptions
{
    private readonly List<string> _all = [];
    private readonly HashSet<object> _seen = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string text)
    {
        if (_seen.Add(text))
        {
            _all.Add(text);
        }
    }

    /// <summary>Rules before the position were cut from the copy.</summary>
    public void AddGap(Table table, Chain chain, ChainGap gap)
    {
        if (_seen.Add(gap))
        {
            Add($"rules of {chain.Name} ({table.Name}) were left out at line {gap.Source.Line}: the packet is taken to match none of them");
        }
    }

    public void AddListingWithoutInterfaces(Table table)
    {
        if (table.LacksInterfaces && _seen.Add(table.Source))
        {
            Add($"the listing of {table.Name} does not show interfaces (iptables -L without -v): a rule that asks for one looks as if it matched all");
        }
    }
}
