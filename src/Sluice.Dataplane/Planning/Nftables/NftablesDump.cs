using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// What a kernel holds of a table: filled by whoever reads it, element by element, then given to <see cref="NftablesTable.Of"/> or
/// <see cref="NftablesComparison"/>, once. The kernel's table must have the layout's sets (<see cref="NftablesLayout.Fits"/>).
/// </summary>
public sealed class NftablesDump
{
    private readonly NftablesLayout _layout;
    private readonly ElementMaker _elements;
    private readonly Dictionary<string, Chain> _chains = new(StringComparer.Ordinal);

    // Ranges are compared within their address: one that goes must go before one that overlaps comes.
    private readonly Dictionary<ServiceAddress, List<int>> _ranges = [];

    /// <summary>A kernel's table of which nothing is known yet.</summary>
    public NftablesDump(NftablesLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        (_layout, _elements) = (layout, new ElementMaker(layout));
    }

    /// <summary>How many elements the kernel holds; those that only it writes do not count.</summary>
    public int ElementCount => Elements.Count;

    /// <summary>How many elements the kernel holds in a set.</summary>
    /// <param name="set">The set: its index in <see cref="NftablesLayout.Sets"/>.</param>
    public int CountOf(int set) => Elements.CountOf(set);

    /// <summary>
    /// The keys that a set must have by what was added of others; null when nothing tells them. To be asked for where reading all of a large set takes
    /// long. The set may hold others: <see cref="CountOf"/> against the kernel's own number says whether it does.
    /// </summary>
    /// <param name="set">The set: its index in <see cref="NftablesLayout.Sets"/>.</param>
    public byte[]? KeysOf(int set) => new ElementKeys(_layout, this).Of(_layout.RoleOf(set));

    /// <summary>The chains.</summary>
    internal IReadOnlyDictionary<string, Chain> Chains => _chains;

    /// <summary>The elements.</summary>
    internal DumpedElements Elements { get; } = new();

    /// <summary>A table that was just made as <see cref="NftablesLayout.EmptyTable"/> is.</summary>
    public static NftablesDump OfNewTable(NftablesLayout layout)
    {
        var dump = new NftablesDump(layout);
        foreach (var chain in layout.FixedChains)
        {
            dump.Add(chain);
        }

        return dump;
    }

    /// <summary>Adds a chain with its rules.</summary>
    public void Add(Chain chain)
    {
        ArgumentNullException.ThrowIfNull(chain);
        _chains[chain.Name] = chain;
    }

    /// <summary>Adds an element. Those of the map <c>affinity</c> are left out: only the kernel writes them.</summary>
    /// <param name="set">Its set: the index in <see cref="NftablesLayout.Sets"/>.</param>
    /// <param name="key">Its key, or the lowest of a range, most significant byte first.</param>
    /// <param name="last">The highest key of a range, included; the key again, or empty, for a single one.</param>
    /// <param name="data">In a map to data: what the key stands for; else empty.</param>
    /// <param name="chain">In a map to verdicts: the chain to go on in, in UTF-8; else empty.</param>
    /// <param name="drops">In a map to verdicts: whether the packet is dropped.</param>
    /// <param name="comment">Its comment, in UTF-8; empty without one.</param>
    public void Add(int set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> last, ReadOnlySpan<byte> data, ReadOnlySpan<byte> chain, bool drops, ReadOnlySpan<byte> comment)
    {
        var role = _layout.RoleOf(set);
        if (role == TableSet.Affinity)
        {
            return;
        }

        var at = Elements.Add((byte)set, key, last.SequenceEqual(key) ? [] : last, data, chain, drops, comment);
        if (role is TableSet.AllowedSources or TableSet.ServiceCidrs)
        {
            var address = AddressOf(role, key);
            if (!_ranges.TryGetValue(address, out var ranges))
            {
                _ranges[address] = ranges = [];
            }

            ranges.Add(at);
        }
    }

    /// <summary>The chain of that name; null when the kernel has none.</summary>
    internal Chain? FindChain(string name) => _chains.GetValueOrDefault(name);

    /// <summary>The ranges that stand with an element of a set of ranges.</summary>
    internal IReadOnlyList<int> RangesWith(TableSet set, ElementChange element) => _ranges.GetValueOrDefault(AddressOf(set, element.Key)) ?? [];

    /// <summary>The ranges of senders that may use an address.</summary>
    internal IReadOnlyList<int> SourcesOf(ServiceAddress address) => _ranges.GetValueOrDefault(address) ?? [];

    private ServiceAddress AddressOf(TableSet set, ReadOnlySpan<byte> key) =>
        set == TableSet.AllowedSources ? _elements.ReadAddress(key, isNodePort: false) : default;
}
