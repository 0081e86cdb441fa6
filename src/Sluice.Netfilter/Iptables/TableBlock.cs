using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A run of lines that belong to one table, while it is being read; several blocks may turn out to be the same table.</summary>
internal sealed class TableBlock(StringPool pool)
{
    /// <summary>The table's name; null while the dump has not said.</summary>
    public string? Name { get; set; }

    /// <summary>The table's family; null while the dump has not said.</summary>
    public IPFamily? Family { get; set; }

    public TableBackend Backend { get; set; }

    public SourceSpan Source { get; set; }

    /// <summary>Whether the lines are a listing that does not show interfaces.</summary>
    public bool LacksInterfaces { get; set; }

    public ChainNames Chains { get; } = new(pool);

    /// <summary>Which table this is, judged by what it holds, when nothing says it.</summary>
    public string InferName()
    {
        var names = Chains.Chains.Where(c => c.Policy is not null).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);
        if (Chains.Chains.Any(c => c.Rules.Exists(r => r.Verdict is Verdict.Translate)) ||
            Chains.Chains.Any(c => c.Name.StartsWith("KUBE-SVC-", StringComparison.Ordinal) ||
                                   c.Name.StartsWith("KUBE-SEP-", StringComparison.Ordinal) ||
                                   c.Name is "KUBE-MARK-MASQ" or "KUBE-POSTROUTING"))
        {
            return "nat";
        }

        return names.Contains("PREROUTING")
            ? names.Contains("FORWARD") ? "mangle" : names.Contains("POSTROUTING") ? "nat" : "raw"
            : names.Contains("POSTROUTING") ? "nat" : "filter";
    }

    /// <summary>The chains as values, their place in the packet's path filled in.</summary>
    public IEnumerable<Chain> Build(string table)
    {
        foreach (var chain in Chains.Chains)
        {
            yield return new Chain(chain.Name, BuiltinChains.Find(table, chain.Name, Backend, chain.Policy ?? ChainPolicy.Accept), chain.Rules.ToEquatableArray())
            {
                Source = chain.Source,
                Gaps = chain.Gaps.ToEquatableArray(),
                PolicyCounters = chain.PolicyCounters,
            };
        }
    }
}
