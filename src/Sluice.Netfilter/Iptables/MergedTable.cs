using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>A table while it is put together of blocks.</summary>
internal sealed class MergedTable(IPFamily family, string name)
{
    private readonly List<(ChainBuilder Chain, TableBlock Block)> _chains = [];
    private readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    private TableBackend _backend;
    private bool _isTruncated;
    private SourceSpan? _source;

    /// <summary>Whether a block of that family, name and variant is part of this table; an unknown variant is any.</summary>
    public bool Takes(IPFamily otherFamily, string otherName, TableBackend backend) =>
        family == otherFamily && name == otherName && (_backend == backend || _backend == TableBackend.Unknown || backend == TableBackend.Unknown);

    public void Add(TableBlock block, List<ReaderNote> notes)
    {
        _source ??= block.Source;
        _backend = _backend == TableBackend.Unknown ? block.Backend : _backend;
        _isTruncated |= block.IsTruncated;
        if (_chains.Count == 0)
        {
            // Nothing to compare with: a dump of one block is the usual case, and may have very many chains.
            _chains.AddRange(block.Chains.Chains.Select(c => (c, block)));
            return;
        }

        Index();
        foreach (var chain in block.Chains.Chains)
        {
            if (_byName.TryAdd(chain.Name, _chains.Count))
            {
                _chains.Add((chain, block));
            }
            else
            {
                Choose(_byName[chain.Name], chain, block, notes);
            }
        }
    }

    public Table Build()
    {
        var chains = new Chain[_chains.Count];
        for (var i = 0; i < chains.Length; i++)
        {
            chains[i] = Build(_chains[i].Chain);
        }

        return new Table(family, name, new EquatableArray<Chain>(chains))
        {
            Backend = _backend,
            Source = _source ?? default,
            LacksInterfaces = _chains.Exists(c => c.Block.LacksInterfaces && c.Chain.Rules.Count > 0),
            IsTruncated = _isTruncated,
        };
    }

    private void Index()
    {
        for (var i = _byName.Count; i < _chains.Count; i++)
        {
            _byName.Add(_chains[i].Chain.Name, i);
        }
    }

    private void Choose(int index, ChainBuilder chain, TableBlock block, List<ReaderNote> notes)
    {
        var (known, from) = _chains[index];
        if (chain.Rules.Count == 0 && chain.Policy is null)
        {
            return;
        }

        if ((known.Rules.Count == 0 && known.Policy is null) || (known.Rules.Count == 0 && chain.Rules.Count > 0))
        {
            chain.Policy ??= known.Policy;
            _chains[index] = (chain, block);
            return;
        }

        known.Policy ??= chain.Policy;
        var showsMore = from.LacksInterfaces && !block.LacksInterfaces && block.Form != BlockForm.Script;
        if (chain.Rules.Count > 0 && !showsMore && from.LacksInterfaces == block.LacksInterfaces && !known.Rules.SequenceEqual(chain.Rules))
        {
            notes.Add(new ReaderNote(
                chain.Source.Line > 0 ? chain.Source : chain.Rules[0].Source,
                $"chain {name} {chain.Name} was already given at {(known.Source.Line > 0 ? known.Source : known.Rules[0].Source)}, with other rules; these do not count",
                ReaderNoteKind.Conflict));
        }
        else if (showsMore)
        {
            _chains[index] = (chain, block);
        }
    }

    private Chain Build(ChainBuilder chain) =>
        new(chain.Name, BuiltinChains.Find(name, chain.Name, _backend, chain.Policy ?? ChainPolicy.Accept), chain.Rules.ToEquatableArray())
        {
            Source = chain.Source,
            Gaps = chain.Gaps.ToEquatableArray(),
            PolicyCounters = chain.PolicyCounters,
        };
}
