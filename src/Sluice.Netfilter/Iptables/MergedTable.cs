using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A table while it is put together of blocks.</summary>
internal sealed class MergedTable(IPFamily family, string name)
{
    private readonly List<TableBlock> _blocks = [];
    private TableBackend _backend;

    /// <summary>Whether a block of that family, name and variant is part of this table; an unknown variant is any.</summary>
    public bool Takes(IPFamily otherFamily, string otherName, TableBackend backend) =>
        family == otherFamily && name == otherName && (_backend == backend || _backend == TableBackend.Unknown || backend == TableBackend.Unknown);

    public void Add(TableBlock block)
    {
        _blocks.Add(block);
        _backend = _backend == TableBackend.Unknown ? block.Backend : _backend;
    }

    public Table Build(List<ReaderNote> notes)
    {
        // One block is the usual case, and may have very many chains: nothing to compare then.
        var chosen = _blocks is [var single] ? null : Choose(notes);
        var builders = chosen is null ? _blocks[0].Chains.Chains : [.. chosen.Select(c => c.Chain)];
        var chains = new Chain[builders.Count];
        for (var i = 0; i < chains.Length; i++)
        {
            chains[i] = builders[i].Build(name, _backend);
        }

        return new Table(TableFamilies.Of(family), name, new EquatableArray<Chain>(chains))
        {
            Backend = _backend,
            Source = _blocks[0].Source,
            LacksInterfaces = chosen?.Exists(c => c.Block.LacksInterfaces && c.Chain.Count > 0) ?? _blocks[0].LacksInterfaces,
            IsTruncated = _blocks.Exists(b => b.IsTruncated),
        };
    }

    private List<(ChainBuilder Chain, TableBlock Block)> Choose(List<ReaderNote> notes)
    {
        var chosen = new List<(ChainBuilder Chain, TableBlock Block)>();
        var byName = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var block in _blocks)
        {
            foreach (var chain in block.Chains.Chains)
            {
                if (byName.TryAdd(chain.Name, chosen.Count))
                {
                    chosen.Add((chain, block));
                }
                else
                {
                    var place = byName[chain.Name];
                    chosen[place] = Better(chosen[place], (chain, block), notes);
                }
            }
        }

        return chosen;
    }

    private (ChainBuilder Chain, TableBlock Block) Better(
        (ChainBuilder Chain, TableBlock Block) known, (ChainBuilder Chain, TableBlock Block) other, List<ReaderNote> notes)
    {
        if (known.Chain.Policy is null != other.Chain.Policy is null)
        {
            known.Chain.Policy = other.Chain.Policy ??= known.Chain.Policy;
        }

        if (other.Chain.Count == 0)
        {
            return known;
        }

        if (known.Chain.Count == 0 || (known.Block.LacksInterfaces && !other.Block.LacksInterfaces && other.Block.Form != BlockForm.Script))
        {
            return other;
        }

        if (known.Block.LacksInterfaces == other.Block.LacksInterfaces && !known.Chain.Rules.SequenceEqual(other.Chain.Rules, EqualityComparer<Rule>.Default))
        {
            notes.Add(new ReaderNote(
                PlaceOf(other.Chain),
                $"chain {name} {other.Chain.Name} was already given at {PlaceOf(known.Chain)}, with other rules; these do not count",
                ReaderNoteKind.Conflict));
        }

        return known;
    }

    private static SourceSpan PlaceOf(ChainBuilder chain) => chain.Source.Line > 0 ? chain.Source : chain.Rules[0].Source;
}
