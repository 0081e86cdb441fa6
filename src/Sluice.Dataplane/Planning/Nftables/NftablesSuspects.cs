using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// What a kernel may have otherwise than a table. It was found by comparing in all quiet, away from the way of changes: both may have changed since. So the
/// kernel is asked for just these anew (<see cref="KeysOf"/>), and a comparison limited to them mends what still differs.
/// </summary>
public sealed class NftablesSuspects
{
    // So many are not worth asking for one by one.
    private const int Most = 20_000;

    private readonly List<ElementChange> _elements = [];
    private readonly HashSet<(byte Set, string Key)> _known = [];
    private readonly HashSet<ServiceAddress> _addresses = [];
    private bool _hasChains;

    private NftablesSuspects()
    {
    }

    /// <summary>Whether nothing seems different.</summary>
    public bool IsEmpty => _elements.Count == 0 && !_hasChains;

    /// <summary>Whether too much seems different, or what cannot be asked for by key: then all is to be compared anew.</summary>
    public bool IsTooMuch { get; private set; }

    /// <summary>Compares.</summary>
    /// <param name="table">What shall be, as it was at some moment: a table of this thread alone.</param>
    /// <param name="dump">What is, maybe of several moments. It is used up.</param>
    public static NftablesSuspects Of(NftablesTable table, NftablesDump dump)
    {
        ArgumentNullException.ThrowIfNull(table);
        var suspects = new NftablesSuspects();
        var comparison = new NftablesComparison(table, dump);
        for (var change = new NftablesChange(table.Layout); !suspects.IsTooMuch && comparison.Next(change); change.Clear())
        {
            foreach (var transaction in change.Transactions)
            {
                suspects.Add(table, transaction);
            }
        }

        return suspects;
    }

    /// <summary>The keys to ask the kernel for, by set: those under suspicion, and all that their addresses shall have now.</summary>
    /// <param name="table">What shall be now.</param>
    /// <returns>For each of the layout's sets its keys, one behind the other.</returns>
    public IReadOnlyList<byte[]> KeysOf(NftablesTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var keys = new KeySink(table.Layout.Sets.Count);
        foreach (var element in _elements)
        {
            keys.Put(ChangePhase.Switch, element);
        }

        Write(table, keys);
        return keys.Keys;
    }

    /// <summary>Writes all that a table shall hold of what is under suspicion.</summary>
    internal void Write(NftablesTable table, IElementSink sink)
    {
        var difference = new AddressDifference(table.Layout, table.Elements);
        foreach (var address in _addresses)
        {
            difference.Write(address, default, table.Memory.ViewOf(table.Memory.OwnerOf(address)), sink);
        }

        foreach (var element in _elements)
        {
            table.Shared.WriteSame(element, table.Layout.RoleOf(element.Set), sink);
        }
    }

    private void Add(NftablesTable table, NftTransaction transaction)
    {
        _hasChains |= transaction.NewChains.Count > 0 || transaction.RewrittenChains.Count > 0 || transaction.OldChains.Count > 0;
        foreach (var element in transaction.Elements)
        {
            // One that is made anew is among what changes twice.
            if (!_known.Add((element.Set, Convert.ToHexString(element.Key))))
            {
                continue;
            }

            _elements.Add(element);
            switch (table.Layout.RoleOf(element.Set))
            {
                case TableSet.ServiceCidrs:
                    // Ranges in a tree are not found by their key.
                    IsTooMuch = true;
                    break;
                case TableSet.Hairpin or TableSet.ClusterIPs or TableSet.NodePortIPs or TableSet.HealthCheckPorts:
                    break;
                case var set:
                    _addresses.Add(table.Elements.ReadAddress(element.Key, TableSets.IsOfNodePorts(set)));
                    break;
            }
        }

        IsTooMuch |= _elements.Count > Most;
    }

    private sealed class KeySink(int sets) : IElementSink
    {
        private readonly List<byte>[] _keys = [.. Enumerable.Range(0, sets).Select(_ => new List<byte>())];

        public IReadOnlyList<byte[]> Keys => [.. _keys.Select(k => k.ToArray())];

        public void Put(ChangePhase phase, ElementChange element) => _keys[element.Set].AddRange(element.Key);

        public void Take(ChangePhase phase, ElementChange element) => throw new InvalidOperationException("what shall be there does not go");

        public string Require(PlannedVerdict verdict) => TableChains.NameOf(verdict);
    }
}
