using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Puts the blocks of a dump together: several listings of single chains are one table.</summary>
internal static class TableMerger
{
    /// <summary>The tables of all blocks. A chain that was given twice counts once: the first time.</summary>
    public static Ruleset Merge(IEnumerable<TableBlock> blocks, List<ReaderNote> notes)
    {
        var tables = new List<(IPFamily Family, string Name, TableBackend Backend, List<Chain> Chains, Dictionary<string, int> ByName, TableBlock First, bool Lacks)>();
        foreach (var block in blocks)
        {
            if (block.Chains.Chains.Count == 0)
            {
                continue;
            }

            var family = block.Family ?? IPFamily.IPv4;
            var name = block.Name ?? block.InferName();
            var at = tables.FindIndex(t => t.Family == family && t.Name == name && (t.Backend == block.Backend || t.Backend == TableBackend.Unknown || block.Backend == TableBackend.Unknown));
            if (at < 0)
            {
                at = tables.Count;
                tables.Add((family, name, block.Backend, [], new(StringComparer.Ordinal), block, block.LacksInterfaces));
            }
            else if (block.LacksInterfaces)
            {
                tables[at] = tables[at] with { Lacks = true };
            }

            foreach (var chain in block.Build(name))
            {
                Add(tables[at].Chains, tables[at].ByName, chain, notes);
            }
        }

        return new Ruleset(tables
            .Select(t => new Table(t.Family, t.Name, t.Chains.ToEquatableArray())
            {
                Backend = t.Backend,
                Source = t.First.Source,
                LacksInterfaces = t.Lacks,
            })
            .ToEquatableArray());
    }

    private static void Add(List<Chain> chains, Dictionary<string, int> byName, Chain chain, List<ReaderNote> notes)
    {
        if (byName.TryAdd(chain.Name, chains.Count))
        {
            chains.Add(chain);
            return;
        }

        var index = byName[chain.Name];
        if (chains[index].Rules.Count == 0 && chain.Rules.Count > 0)
        {
            chains[index] = chain;
        }
        else if (chain.Rules.Count > 0 && !chains[index].Equals(chain))
        {
            notes.Add(new ReaderNote(chain.Source, $"chain {chain.Name} was already given at {chains[index].Source}; the first one counts"));
        }
    }
}
