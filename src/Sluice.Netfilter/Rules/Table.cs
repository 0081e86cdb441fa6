using Sluice.Net;
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
}

/// <summary>A table: chains of one family.</summary>
/// <param name="Family">The address family.</param>
/// <param name="Name">The name: raw, mangle, nat, filter or security for iptables.</param>
/// <param name="Chains">The chains in the order of the dump.</param>
public sealed record Table(IPFamily Family, string Name, EquatableArray<Chain> Chains)
{
    private (EquatableArray<Chain> Of, Dictionary<string, Chain> ByName)? _index;

    /// <summary>Which kernel interface holds the table.</summary>
    public TableBackend Backend { get; init; }

    /// <summary>Where the table was read.</summary>
    public SourceSpan Source { get; init; }

    /// <summary>Whether the listing could not show on which interfaces rules match (<c>iptables -L</c> without <c>-v</c>).</summary>
    public bool LacksInterfaces { get; init; }

    /// <summary>Whether the dump ended in the middle of the table; the chains that may have lost rules have a gap at their end.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>The chain of that name; null when the table has none.</summary>
    public Chain? FindChain(string name)
    {
        // "with" copies the cache too: it counts only for the chains it was made of.
        if (_index is not { } index || !index.Of.IsSame(Chains))
        {
            index = (Chains, new Dictionary<string, Chain>(Chains.Count, StringComparer.Ordinal));
            foreach (var chain in Chains)
            {
                index.ByName.TryAdd(chain.Name, chain);
            }

            _index = index;
        }

        return index.ByName.GetValueOrDefault(name);
    }

    /// <summary>Equal family, name, backend and chains.</summary>
    public bool Equals(Table? other) =>
        other is not null && Family == other.Family && Name == other.Name && Chains.Equals(other.Chains);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Family, Name, Chains.Count);
}
