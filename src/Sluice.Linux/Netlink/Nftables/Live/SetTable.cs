using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>The sets of a table that rules look into, those without names among them.</summary>
internal sealed class SetTable
{
    private readonly Dictionary<string, (NftSet Set, bool IsAnonymous)> _sets = new(StringComparer.Ordinal);

    /// <summary>The sets with names.</summary>
    internal IEnumerable<NftSet> Named => _sets.Values.Where(s => !s.IsAnonymous).Select(s => s.Set);

    /// <summary>All of them.</summary>
    internal IEnumerable<NftSet> All => _sets.Values.Select(s => s.Set);

    internal bool IsAnonymous(string name) => _sets.TryGetValue(name, out var found) && found.IsAnonymous;

    internal void Add(NftSet set, bool isAnonymous) => _sets[set.Name] = (set, isAnonymous);

    internal NftSet? Find(string name) => _sets.TryGetValue(name, out var found) ? found.Set : null;

    /// <summary>The set as a rule refers to it: one without a name is the rule's own, and its keys are what the rule asks.</summary>
    internal NftSetReference Refer(string name, NftExpression key)
    {
        if (!_sets.TryGetValue(name, out var found) || !found.IsAnonymous)
        {
            return new NftSetReference.Named(name);
        }

        return new NftSetReference.Anonymous(found.Set with
        {
            Name = "",
            Key = ExpressionTypes.Of(key) ?? found.Set.Key,
            Flags = NftSetFlags.None,
            Size = null,
        });
    }
}
