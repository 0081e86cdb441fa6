using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Puts the blocks of a dump together: several listings of single chains are one table.</summary>
internal static class TableMerger
{
    /// <summary>
    /// The tables of all blocks. A chain that was given twice counts once: from what shows most, or else the first time. What
    /// commands would make gives way to what a dump shows.
    /// </summary>
    public static Ruleset Merge(IEnumerable<TableBlock> blocks, List<ReaderNote> notes)
    {
        var tables = new List<MergedTable>();
        foreach (var block in blocks.Where(b => b.Chains.Chains.Count > 0).OrderBy(b => b.Form == BlockForm.Script))
        {
            var family = TableInference.Family(block);
            var name = block.Name ?? TableInference.Name(block);
            var table = tables.Find(t => t.Takes(family, name, block.Backend));
            if (table is null)
            {
                table = new MergedTable(family, name);
                tables.Add(table);
            }

            table.Add(block);
        }

        return new Ruleset(tables.Select(t => t.Build(notes)).ToEquatableArray());
    }
}
