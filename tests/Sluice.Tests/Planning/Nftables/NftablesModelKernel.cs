using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>A kernel in memory that carries out changes, and what it holds as a dump or in words.</summary>
internal sealed class NftablesModelKernel(NftablesLayout layout)
{
    private readonly NftTableModel _model = new(layout.EmptyTable);

    /// <summary>Called after each transaction: what packets may meet.</summary>
    public Action<Table>? Committed { get; set; }

    public int Elements { get; private set; }

    public int Transactions { get; private set; }

    public Table Table => _model.ToTable();

    public static (NftablesModelKernel Kernel, NftablesTable Table) Load(NftablesLayout layout, ServiceIntent intent)
    {
        var kernel = new NftablesModelKernel(layout);
        return (kernel, kernel.Adopt(intent));
    }

    /// <summary>A restart: a table for an intent that takes up what the kernel holds.</summary>
    public NftablesTable Adopt(ServiceIntent intent, int elements = NftablesComparison.ElementsPerChange)
    {
        var dump = Dump();
        var table = NftablesTable.Of(layout, intent, dump);
        Compare(table, dump, elements);
        return table;
    }

    /// <summary>Makes the kernel hold what a table says; what was found.</summary>
    public IReadOnlyList<string> Compare(NftablesTable table, NftablesDump? dump = null, int elements = NftablesComparison.ElementsPerChange)
    {
        var comparison = new NftablesComparison(table, dump ?? Dump());
        for (var change = new NftablesChange(layout); comparison.Next(change, elements); change.Clear())
        {
            Apply(change);
        }

        return comparison.Findings;
    }

    public void Apply(NftablesChange change)
    {
        foreach (var transaction in change.Transactions.Where(t => !t.IsEmpty))
        {
            Apply(transaction);
        }
    }

    public void Apply(NftTransaction transaction)
    {
        _model.Apply(transaction);
        Transactions++;
        Elements += transaction.Elements.Count;
        Committed?.Invoke(Table);
    }

    public NftablesDump Dump()
    {
        var dump = new NftablesDump(layout);
        foreach (var chain in _model.Chains.Values)
        {
            dump.Add(chain);
        }

        for (var set = 0; set < layout.Sets.Count; set++)
        {
            foreach (var element in _model.ElementsOf(set).Values)
            {
                dump.Add(
                    set, element.First.Span, element.Last.Span, element.Data is { } data ? data.Span : default, Utf8((element.Verdict as Verdict.Goto)?.Chain),
                    element.Verdict is Verdict.Drop, Utf8(element.Comment));
            }
        }

        return dump;
    }

    /// <summary>Removes elements, gives others another verdict or data, empties a chain; how many elements were damaged.</summary>
    public int Damage(Random random, int most)
    {
        var damaged = 0;
        var transaction = layout.NewTransaction();
        foreach (var (set, element) in Table.Sets.SelectMany((s, i) => s.Elements.Select(e => (i, e))).OrderBy(_ => random.Next()).Take(most).ToList())
        {
            transaction.Elements.Add(ChangeOf(set, element, isDelete: true));
            if (random.Next(2) == 0 && (element.Verdict is not null || element.Data is not null))
            {
                var other = element with
                {
                    Verdict = element.Verdict is null ? null : element.Verdict is Verdict.Drop ? new Verdict.Goto("refuse") : Verdict.Drop.Instance,
                    Data = element.Data is { } data ? NftValue.Of(data.Span.ToArray().Select(b => (byte)(b ^ 1)).ToArray()) : null,
                };
                transaction.Elements.Add(ChangeOf(set, other, isDelete: false));
            }

            damaged++;
        }

        if (random.Next(3) == 0)
        {
            transaction.RewrittenChains.Add(new Chain("masquerading", null, []));
        }

        transaction.NewChains.Add(new Chain("pick-777", null, []));
        _model.Apply(transaction);
        return damaged;
    }

    private static ElementChange ChangeOf(int set, SetElement element, bool isDelete)
    {
        var change = new ElementChange
        {
            Set = (byte)set,
            IsDelete = isDelete,
            Goto = (element.Verdict as Verdict.Goto)?.Chain,
            Drops = element.Verdict is Verdict.Drop,
            Comment = element.Comment,
        };
        change.SizeKey(element.First.Length, isRange: !element.IsSingle);
        element.First.Span.CopyTo(change.Key);
        if (!element.IsSingle)
        {
            element.Last.Span.CopyTo(change.Last);
        }

        if (element.Data is { } data)
        {
            change.SizeData(data.Length);
            data.Span.CopyTo(change.Data);
        }

        return change;
    }

    /// <summary>All elements, a line each; of a list of endpoints how many slots each has, not which.</summary>
    public static string InWords(Table table)
    {
        var lines = new List<string>();
        foreach (var set in table.Sets)
        {
            var hasSlots = set.Data is { IsVerdict: false };
            foreach (var element in set.Elements)
            {
                var key = hasSlots ? element.First.Slice(0, element.First.Length - 4) : element.First;
                lines.Add($"{set.Name} {key}{(element.IsSingle ? "" : $"-{element.Last}")} {element.Data} {element.Verdict} {element.Comment}");
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static byte[] Utf8(string? text) => System.Text.Encoding.UTF8.GetBytes(text ?? "");
}
