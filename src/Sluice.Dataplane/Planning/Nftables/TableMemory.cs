using System.Runtime.InteropServices;
using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>The Services of a table, with the slots of endpoints.</summary>
internal sealed class TableMemory(NftablesLayout layout, SharedElements shared) : ServiceMemory<PortState>
{
    // Above this the scratch is not kept.
    private const int LargestKept = 4096;

    private readonly SlotAssigner _assigner = new();

    // Of the change that is being planned: the old slots of the ports that take part.
    private readonly List<Endpoint?> _slotsBefore = [];

    /// <summary>An address as its owner has it; nothing when it has none.</summary>
    public AddressView ViewOf(Claim<PortState>? owner) => owner is { Port.Intent: { } intent } claim
        ? new AddressView(layout, claim, intent, claim.Port.Cluster.Span, claim.Port.Local.Span)
        : default;

    /// <summary>An address as its owner had it before the change that is being planned.</summary>
    public AddressView OldViewOf(Claim<PortState>? owner) => owner switch
    {
        { Port: { IsChanging: true } port } claim => port.Before is { } intent ? new AddressView(layout, claim, intent, Kept(port.ClusterBefore), Kept(port.LocalBefore)) : default,
        _ => ViewOf(owner),
    };

    /// <inheritdoc/>
    public override void Settle()
    {
        base.Settle();
        _slotsBefore.Clear();
        if (_slotsBefore.Capacity > LargestKept)
        {
            _slotsBefore.Capacity = 0;
        }
    }

    /// <inheritdoc/>
    protected override PortState Make(ServicePortName name) => new(name);

    /// <inheritdoc/>
    protected override void Reserve(ServiceIntent intent) => shared.Reserve(intent.ServiceCount, intent.EndpointCount);

    /// <inheritdoc/>
    protected override void Hold(PortIntent port) => shared.Hold(port);

    /// <inheritdoc/>
    protected override void Begin(PortState state) => (state.ClusterBefore, state.LocalBefore) = (Keep(state.Cluster), Keep(state.Local));

    /// <inheritdoc/>
    protected override void Share(PortIntent? before, PortIntent? after) => shared.Change(before, after);

    /// <inheritdoc/>
    protected override void Follow(PortState state)
    {
        _assigner.Assign(state.Cluster, state.Intent?.Endpoints.Cluster ?? []);
        _assigner.Assign(state.Local, state.Intent?.Endpoints.Local ?? []);
    }

    private (int Start, int Count) Keep(SlotList slots)
    {
        var start = _slotsBefore.Count;
        CollectionsMarshal.SetCount(_slotsBefore, start + slots.Count);
        slots.Span.CopyTo(CollectionsMarshal.AsSpan(_slotsBefore)[start..]);
        return (start, slots.Count);
    }

    private ReadOnlySpan<Endpoint?> Kept((int Start, int Count) slots) => CollectionsMarshal.AsSpan(_slotsBefore).Slice(slots.Start, slots.Count);
}
