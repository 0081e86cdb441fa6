using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Changes;

/// <summary>
/// A table in memory, changed by transactions as the kernel changes its own: what the kernel would refuse is refused. It is a table written
/// out in full for printing and tracing, and stands for the kernel in tests.
/// </summary>
public sealed class NftTableModel
{
    private readonly Table _table;
    private readonly SortedDictionary<string, Chain> _chains = new(StringComparer.Ordinal);
    private readonly SortedDictionary<NftValue, SetElement>[] _sets;

    /// <summary>A table with what is in it.</summary>
    public NftTableModel(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _table = table;
        foreach (var chain in table.Chains)
        {
            _chains.Add(chain.Name, chain);
        }

        _sets = table.Sets.Select(s => new SortedDictionary<NftValue, SetElement>(s.Elements.ToDictionary(e => e.First))).ToArray();
    }

    /// <summary>The chains by name.</summary>
    public IReadOnlyDictionary<string, Chain> Chains => _chains;

    /// <summary>The table as it is now: chains and elements in order.</summary>
    public Table ToTable() => _table with
    {
        Chains = _chains.Values.ToEquatableArray(),
        Sets = _table.Sets.Select((set, i) => set with { Elements = _sets[i].Values.ToEquatableArray() }).ToEquatableArray(),
    };

    /// <summary>The elements of a set, in order.</summary>
    /// <param name="set">Its index.</param>
    public IReadOnlyDictionary<NftValue, SetElement> ElementsOf(int set) => _sets[set];

    /// <summary>Carries out a transaction.</summary>
    /// <exception cref="InvalidOperationException">The kernel would refuse it; what was carried out of it before stays.</exception>
    public void Apply(NftTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        foreach (var chain in transaction.NewChains)
        {
            Require(_chains.TryAdd(chain.Name, chain), $"chain {chain.Name} is there already");
        }

        foreach (var chain in transaction.RewrittenChains)
        {
            Require(_chains.TryGetValue(chain.Name, out var there) && there.Base == chain.Base, $"chain {chain.Name} is not there, or is called elsewhere");
            _chains[chain.Name] = chain;
        }

        foreach (var element in transaction.Elements)
        {
            Apply(element);
        }

        foreach (var name in transaction.OldChains)
        {
            Require(_chains.Remove(name), $"chain {name} is not there");
        }

        RequireTargets(transaction);
    }

    private void Apply(ElementChange change)
    {
        var set = _sets[change.Set];
        var (key, last) = (NftValue.Of(change.Key), NftValue.Of(change.Last.Length == 0 ? change.Key : change.Last));
        if (change.IsDelete)
        {
            Require(set.TryGetValue(key, out var there) && there.Last == last, $"{NameOf(change)} has no element {key} to delete");
            set.Remove(key);
            return;
        }

        Require(change.Goto is null || _chains.ContainsKey(change.Goto), $"{NameOf(change)}: no chain {change.Goto} for {key}");
        var element = new SetElement(key, last)
        {
            Data = change.Data.Length == 0 ? null : NftValue.Of(change.Data),
            Verdict = change.Goto is { } chain ? new Verdict.Goto(chain) : change.Drops ? Verdict.Drop.Instance : null,
            Comment = change.Comment,
        };
        Require(_table.Sets[change.Set].Data switch
        {
            null => element.Data is null && element.Verdict is null,
            { IsVerdict: true } => element.Verdict is not null,
            var data => element.Data?.Length == data.Bytes,
        }, $"{NameOf(change)}: the element {key} has the wrong data");
        Require(key.Length == _table.Sets[change.Set].Key.Bytes, $"{NameOf(change)}: the key {key} has the wrong length");
        Require(
            !_table.Sets[change.Set].Flags.HasFlag(NftSetFlags.Interval) || !set.Values.Any(e => Overlap(_table.Sets[change.Set].Key, e, element)),
            $"{NameOf(change)} has an element that overlaps {key}");
        Require(set.TryAdd(key, element), $"{NameOf(change)} has the element {key} already");
    }

    // Ranges of concatenations overlap when those of each part do.
    private static bool Overlap(NftKeyType type, SetElement one, SetElement other)
    {
        var at = 0;
        foreach (var part in type.Parts)
        {
            var bytes = NftValue.Padded(part.Bytes);
            if (one.First.Span.Slice(at, part.Bytes).SequenceCompareTo(other.Last.Span.Slice(at, part.Bytes)) > 0 ||
                other.First.Span.Slice(at, part.Bytes).SequenceCompareTo(one.Last.Span.Slice(at, part.Bytes)) > 0)
            {
                return false;
            }

            at += bytes;
        }

        return true;
    }

    // The kernel takes no rule that leads nowhere, and removes no chain that something leads to.
    private void RequireTargets(NftTransaction transaction)
    {
        if (transaction.NewChains.Count + transaction.RewrittenChains.Count + transaction.OldChains.Count == 0)
        {
            return;
        }

        foreach (var chain in _chains.Values)
        {
            foreach (var rule in chain.Rules)
            {
                Require(rule.Verdict is not (Verdict.Goto or Verdict.Jump) || _chains.ContainsKey(TargetOf(rule.Verdict)), $"chain {chain.Name} leads to a chain that is not there");
            }
        }

        foreach (var name in transaction.OldChains)
        {
            Require(!_sets.Any(s => s.Values.Any(e => e.Verdict is Verdict.Goto to && to.Chain == name)), $"an element leads to {name}, which is removed");
        }
    }

    private static string TargetOf(Verdict verdict) => verdict switch { Verdict.Goto to => to.Chain, Verdict.Jump to => to.Chain, _ => "" };

    private string NameOf(ElementChange change) => _table.Sets[change.Set].Name;

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
