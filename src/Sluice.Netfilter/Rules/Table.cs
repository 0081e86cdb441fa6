using Sluice.Net;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Rules;

/// <summary>Which kernel interface holds a table.</summary>
public enum TableBackend
{
    /// <summary>The dump does not say.</summary>
    Unknown,

    /// <summary>x_tables, written by <c>iptables-legacy</c>.</summary>
    Legacy,

    /// <summary>nf_tables, written by <c>iptables-nft</c>.</summary>
    Nft,

    /// <summary>nf_tables, written in its own terms: by <c>nft</c>, a library, or netlink.</summary>
    Nftables,
}

/// <summary>A table: chains of one family.</summary>
/// <param name="Family">The address family.</param>
/// <param name="Name">The name: raw, mangle, nat, filter or security for iptables; any name for nftables.</param>
/// <param name="Chains">The chains in the order of the dump.</param>
public sealed record Table(TableFamily Family, string Name, EquatableArray<Chain> Chains)
{
    private NameIndex<Chain>? _chainIndex;
    private NameIndex<NftSet>? _setIndex;
    private (EquatableArray<Chain> Of, HashSet<string> Names)? _changed;

    /// <summary>The named sets and maps of nftables, by name (ordinal).</summary>
    public EquatableArray<NftSet> Sets { get; init; }

    /// <summary>The named counters, quotas, limits, helpers and flowtables of nftables, by kind and name, in nft's words.</summary>
    public EquatableArray<NftObject> Objects { get; init; }

    /// <summary>The table's comment (nftables); null without one.</summary>
    public string? Comment { get; init; }

    /// <summary>Whether the table is switched off (nftables' <c>dormant</c>): the kernel calls none of its chains.</summary>
    public bool IsDormant { get; init; }

    /// <summary>Which kernel interface holds the table.</summary>
    public TableBackend Backend { get; init; }

    /// <summary>Whether the table is one of nftables in its own terms, not one of iptables.</summary>
    public bool IsNative => Backend == TableBackend.Nftables;

    /// <summary>Where the table was read.</summary>
    public SourceSpan Source { get; init; }

    /// <summary>Whether the listing could not show on which interfaces rules match (<c>iptables -L</c> without <c>-v</c>).</summary>
    public bool LacksInterfaces { get; init; }

    /// <summary>Whether the dump ended in the middle of the table; the chains that may have lost rules have a gap at their end.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The chain of that name; null when the table has none.</summary>
    public Chain? FindChain(string name) => NameIndex<Chain>.Of(ref _chainIndex, Chains, static c => c.Name).Find(name);

    /// <summary>The set or map of that name; null when the table has none.</summary>
    public NftSet? FindSet(string name) => NameIndex<NftSet>.Of(ref _setIndex, Sets, static s => s.Name).Find(name);

    /// <summary>Whether rules of the table add elements to a set or take them out, so that no dump tells what a later packet finds.</summary>
    public bool IsChangedByRules(NftSet set) => set.Flags.HasFlag(NftSetFlags.Dynamic) || ChangedSets().Contains(set.Name);

    /// <summary>Whether rules of the table (target SET) add entries to an ipset or take them out, so that no dump tells what a later packet finds.</summary>
    public bool ChangesIpSet(string name) => !IsNative && ChangedSets().Contains(name);

    private HashSet<string> ChangedSets()
    {
        if (_changed is not { } changed || !changed.Of.IsSame(Chains))
        {
            changed = (Chains, [.. from chain in Chains
                                   from rule in chain.Rules
                                   from part in rule.Parts
                                   from name in NamesOfChanged(part)
                                   select name]);
            _changed = changed;
        }

        return changed.Names;
    }

    private static IEnumerable<string> NamesOfChanged(RulePart part) => part switch
    {
        ChangeSet change => [change.Set],
        UpdateSets update => ((IEnumerable<SetKey?>)[update.Add, update.Delete]).OfType<SetKey>().Select(k => k.Name),
        _ => [],
    };

    /// <summary>Equal family, name, chains, sets and objects; the comment does not count: <c>nft -j</c> leaves it out.</summary>
    public bool Equals(Table? other) =>
        other is not null && Family == other.Family && Name == other.Name && Chains.Equals(other.Chains) &&
        Sets.Equals(other.Sets) && Objects.Equals(other.Objects) && IsDormant == other.IsDormant;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Family, Name, Chains.Count);
}

/// <summary>A named object of an nftables table that is no set: <c>counter</c>, <c>quota</c>, <c>limit</c>, <c>ct helper</c>, <c>ct timeout</c>, <c>ct expectation</c>, <c>secmark</c>, <c>synproxy</c>, <c>flowtable</c>.</summary>
/// <param name="Kind">The kind, in nft's words.</param>
/// <param name="Name">The name.</param>
/// <param name="Text">What it is set to, in nft's words on one line; what a counter or quota has counted is left out.</param>
public sealed record NftObject(string Kind, string Name, string Text);
