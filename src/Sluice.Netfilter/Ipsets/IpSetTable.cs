using Sluice.Net;

namespace Sluice.Netfilter.Ipsets;

/// <summary>The ipsets of one network namespace.</summary>
/// <param name="Sets">The sets, in the order of the source.</param>
public sealed record IpSetTable(EquatableArray<IpSet> Sets)
{
    private (EquatableArray<IpSet> Of, Dictionary<string, IpSet> ByName)? _index;

    /// <summary>No set.</summary>
    public static IpSetTable Empty { get; } = new([]);

    /// <summary>The set of this name; null when there is none.</summary>
    public IpSet? Find(string name)
    {
        // "with" copies the cache too: it counts only for the sets it was made of.
        if (_index is not { } index || !index.Of.IsSame(Sets))
        {
            var byName = new Dictionary<string, IpSet>(StringComparer.Ordinal);
            foreach (var set in Sets)
            {
                byName.TryAdd(set.Name, set);
            }

            _index = index = (Sets, byName);
        }

        return index.ByName.GetValueOrDefault(name);
    }

    /// <summary>Equal sets in the same order.</summary>
    public bool Equals(IpSetTable? other) => other is not null && Sets.Equals(other.Sets);

    /// <inheritdoc/>
    public override int GetHashCode() => Sets.GetHashCode();
}
