using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Changes;

/// <summary>
/// What shall change in a table at one moment: all of it or nothing. In this order: new chains, rewritten chains, elements in the
/// order they stand, old chains. It is filled, carried out and cleared again and again; its lists keep their room.
/// </summary>
/// <param name="family">The table's family.</param>
/// <param name="table">The table's name.</param>
/// <param name="sets">The table's sets, as their indexes in <see cref="ElementChange.Set"/> mean them.</param>
public sealed class NftTransaction(TableFamily family, string table, EquatableArray<NftSet> sets)
{
    /// <summary>The table's family.</summary>
    public TableFamily Family => family;

    /// <summary>The table's name.</summary>
    public string Table => table;

    /// <summary>The table's sets.</summary>
    public EquatableArray<NftSet> Sets => sets;

    /// <summary>Chains that come, with their rules.</summary>
    public List<Chain> NewChains { get; } = [];

    /// <summary>Chains that are there and get other rules: all they had go. Where they are called stays.</summary>
    public List<Chain> RewrittenChains { get; } = [];

    /// <summary>Elements that come and go.</summary>
    public List<ElementChange> Elements { get; } = [];

    /// <summary>Chains that go with their rules, by name, those that lead to others first; nothing else leads to them any more.</summary>
    public List<string> OldChains { get; } = [];

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => NewChains.Count == 0 && RewrittenChains.Count == 0 && Elements.Count == 0 && OldChains.Count == 0;

    /// <summary>Empties it; the lists keep their room.</summary>
    public void Clear()
    {
        NewChains.Clear();
        RewrittenChains.Clear();
        Elements.Clear();
        OldChains.Clear();
    }
}
