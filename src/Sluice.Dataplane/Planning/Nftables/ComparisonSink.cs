using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Takes all elements that shall be there, and writes into a change only what a dump has not, or has otherwise.</summary>
internal sealed class ComparisonSink(NftablesTable table, NftablesDump dump, DriftCounts drift) : IElementSink
{
    private NftablesChange? _change;

    /// <summary>Writes into another change.</summary>
    public ComparisonSink Into(NftablesChange change)
    {
        _change = change;
        return this;
    }

    /// <inheritdoc/>
    public void Put(ChangePhase phase, ElementChange element)
    {
        var at = dump.Elements.Find(element);
        if (at >= 0 && !dump.Elements.IsSeen(at))
        {
            dump.Elements.See(at);
            if (dump.Elements.IsSame(at, element))
            {
                return;
            }

            drift.CountDifferent(element.Set);
            _change!.Add(phase = ChangePhase.Switch, dump.Elements.Removal(at));
        }
        else
        {
            drift.CountMissing(element.Set);
            var set = table.Layout.RoleOf(element.Set);
            if (set is TableSet.AllowedSources or TableSet.ServiceCidrs)
            {
                phase = set == TableSet.AllowedSources && AsksSource(element) ? ChangePhase.Switch : phase;
                TakeRanges(phase, set, element);
            }
        }

        _change!.Add(phase, element);
    }

    /// <inheritdoc/>
    public void Take(ChangePhase phase, ElementChange element) => throw new InvalidOperationException("what shall be there does not go");

    /// <summary>
    /// All that shall be there of an address is put: ranges of senders that are not among it go with the switch. Until the end of the
    /// comparison they would let in by the new verdicts whom the old ones let in.
    /// </summary>
    public void TakeStaleSources(ServiceAddress address)
    {
        foreach (var at in dump.SourcesOf(address))
        {
            if (!dump.Elements.IsSeen(at))
            {
                Remove(ChangePhase.Switch, at);
            }
        }
    }

    /// <inheritdoc/>
    public string Require(PlannedVerdict verdict)
    {
        var known = _change!.NewChains.Count + _change.RewrittenChains.Count;
        var name = table.Chains.Require(verdict, _change, dump);
        if (_change.NewChains.Count + _change.RewrittenChains.Count > known)
        {
            drift.Add($"chain {name} is missing or has other rules");
        }

        return name;
    }

    // Whether packets to the address of a range are looked up there already.
    private bool AsksSource(ElementChange range)
    {
        var address = table.Elements.ReadAddress(range.Key, isNodePort: false);
        var at = dump.Elements.Find(table.Elements.Address(TableSet.ServiceIPs, address, isDelete: false));
        return at >= 0 && dump.Elements.ChainOf(at) == TableChains.Firewall;
    }

    // Ranges that overlap cannot be there at the same time.
    private void TakeRanges(ChangePhase phase, TableSet set, ElementChange range)
    {
        foreach (var at in dump.RangesWith(set, range))
        {
            if (!dump.Elements.IsSeen(at) && dump.Elements.Overlaps(at, range))
            {
                Remove(phase, at);
            }
        }
    }

    private void Remove(ChangePhase phase, int at)
    {
        dump.Elements.See(at);
        drift.CountStale(dump.Elements.SetOf(at));
        _change!.Add(phase, dump.Elements.Removal(at));
    }
}
