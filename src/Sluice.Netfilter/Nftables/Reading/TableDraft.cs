using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>A table of nftables while it is being read.</summary>
internal sealed class TableDraft(TableFamily family, string name, SourceSpan source)
{
    private readonly Dictionary<string, ChainDraft> _chains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SetDraft> _sets = new(StringComparer.Ordinal);
    private readonly List<ChainDraft> _inOrder = [];
    private readonly List<NftObject> _objects = [];

    public TableFamily Family => family;

    public string Name => name;

    public SourceSpan Source => source;

    public string? Comment { get; set; }

    public bool IsDormant { get; set; }

    /// <summary>Whether the dump says that iptables-nft keeps the table.</summary>
    public bool IsOfIptables { get; set; }

    /// <summary>Whether the table was listed whole, not put together of commands.</summary>
    public bool IsListed { get; set; }

    public bool IsTruncated { get; private set; }

    /// <summary>The chain of that name, made when the table has none.</summary>
    public ChainDraft Chain(string chain, SourceSpan where)
    {
        if (!_chains.TryGetValue(chain, out var draft))
        {
            draft = new ChainDraft(chain, where);
            _chains.Add(chain, draft);
            _inOrder.Add(draft);
        }

        return draft;
    }

    /// <summary>The set of that name, made when the table has none.</summary>
    public SetDraft Set(string set, SourceSpan where)
    {
        if (!_sets.TryGetValue(set, out var draft))
        {
            draft = new SetDraft(set, where);
            _sets.Add(set, draft);
        }

        return draft;
    }

    /// <summary>The set of that name; null when the table has none.</summary>
    public SetDraft? FindSet(string set) => _sets.GetValueOrDefault(set);

    public void Add(NftObject item)
    {
        if (!_objects.Exists(o => o.Kind == item.Kind && o.Name == item.Name))
        {
            _objects.Add(item);
        }
    }

    /// <summary>The dump ends in this table: rules may be missing from the chain that was being read, and chains behind it.</summary>
    public void Cut(ChainDraft? chain, SourceSpan where)
    {
        IsTruncated = true;
        chain?.Cut(where);
    }

    /// <summary>The dump ends and any chain may have lost rules.</summary>
    public void CutAll(SourceSpan where)
    {
        IsTruncated = true;
        _inOrder.ForEach(c => c.Cut(where));
    }

    /// <summary>The table as a value.</summary>
    public Table Build() => new(family, name, _inOrder.Select(c => c.Build()).ToEquatableArray())
    {
        Sets = _sets.Values.Select(s => s.Build()).OfType<NftSet>().OrderBy(s => s.Name, StringComparer.Ordinal).ToEquatableArray(),
        Objects = _objects.OrderBy(o => o.Kind, StringComparer.Ordinal).ThenBy(o => o.Name, StringComparer.Ordinal).ToEquatableArray(),
        Comment = Comment,
        IsDormant = IsDormant,
        Backend = IsOfIptables || CompatTables.Is(family, name, _inOrder) ? TableBackend.Nft : TableBackend.Nftables,
        Source = source,
        IsTruncated = IsTruncated,
    };
}
