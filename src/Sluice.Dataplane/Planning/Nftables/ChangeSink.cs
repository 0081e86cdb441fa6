using Sluice.Netfilter.Nftables.Changes;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>Writes elements into a change as they come.</summary>
internal sealed class ChangeSink(ChainRegistry chains) : IElementSink
{
    private NftablesChange? _change;

    /// <summary>Writes into another change.</summary>
    public ChangeSink Into(NftablesChange change)
    {
        _change = change;
        return this;
    }

    /// <inheritdoc/>
    public void Put(ChangePhase phase, ElementChange element) => _change!.Add(phase, element);

    /// <inheritdoc/>
    public void Take(ChangePhase phase, ElementChange element) => _change!.Add(phase, element);

    /// <inheritdoc/>
    public string Require(PlannedVerdict verdict) => chains.Require(verdict, _change!);
}
