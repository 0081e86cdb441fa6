using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// Says which elements come and go when an address gets another owner, or its owner something else to do. What a packet may have
/// been led to already goes last.
/// </summary>
internal sealed class AddressDifference(NftablesLayout layout, ElementMaker elements)
{
    private readonly List<AddressRange> _sourcesBefore = [];
    private readonly List<AddressRange> _sources = [];

    /// <summary>Writes the difference.</summary>
    public void Write(ServiceAddress address, in AddressView before, in AddressView after, IElementSink sink)
    {
        var maps = AddressMaps.Of(address);
        WriteSources(address, before, after, sink);
        WriteSlots(maps.Endpoints, address, before.Endpoints, after.Endpoints, sink);
        WriteSlots(maps.LocalEndpoints, address, before.LocalEndpoints, after.LocalEndpoints, sink);
        WriteHelper(TableSet.FirewalledIPs, address, before.Plan.Firewalled, after.Plan.Firewalled, ChangePhase.Prepare, sink);
        WriteHelper(maps.ShortCircuits, address, before.Plan.ShortCircuit, after.Plan.ShortCircuit, ChangePhase.Switch, sink);
        WriteHelper(maps.Locals, address, before.Plan.Local, after.Plan.Local, ChangePhase.Switch, sink);
        WriteHelper(maps.Learning, address, before.Plan.Learn, after.Plan.Learn, ChangePhase.Switch, sink);
        WriteMain(maps, address, before, after, sink);
    }

    /// <summary>Whether clients may be remembered for an endpoint that the address no longer has.</summary>
    public static bool ForgetsClients(in AddressView before, in AddressView after) =>
        before.Plan.Learn.Exists &&
        (!after.Plan.Learn.Exists || LosesSlot(before.Endpoints, after.Endpoints) || LosesSlot(before.LocalEndpoints, after.LocalEndpoints));

    private static bool LosesSlot(ReadOnlySpan<Endpoint?> before, ReadOnlySpan<Endpoint?> after)
    {
        for (var i = 0; i < before.Length; i++)
        {
            if (i >= after.Length || !SlotAssigner.IsSame(before[i], after[i]))
            {
                return true;
            }
        }

        return false;
    }

    // What stands in the maps that every packet is looked up in. Counters are apart: a verdict that changes would begin to count anew.
    private void WriteMain(AddressMaps maps, ServiceAddress address, in AddressView before, in AddressView after, IElementSink sink)
    {
        var isSame = before.Comment == after.Comment;
        if (isSame && before.Plan.Main == after.Plan.Main)
        {
            return;
        }

        if (before.Plan.Main.Exists)
        {
            sink.Take(ChangePhase.Switch, elements.Address(maps.Main, address, isDelete: true));
        }

        PutVerdict(maps.Main, address, after.Plan.Main, after.Comment, ChangePhase.Switch, sink);
        if (layout.Options.Counters && !isSame)
        {
            WriteCounter(maps.Connections, address, before.Comment, after.Comment, sink);
            WriteCounter(maps.Packets, address, before.Comment, after.Comment, sink);
        }
    }

    private void WriteCounter(TableSet set, ServiceAddress address, string? before, string? after, IElementSink sink)
    {
        if (before is not null)
        {
            sink.Take(ChangePhase.Switch, elements.Address(set, address, isDelete: true));
        }

        if (after is not null)
        {
            sink.Put(ChangePhase.Switch, elements.Address(set, address, isDelete: false, comment: after));
        }
    }

    // What stands in a map that only some verdicts lead to.
    private void WriteHelper(TableSet map, ServiceAddress address, PlannedVerdict before, PlannedVerdict after, ChangePhase comes, IElementSink sink)
    {
        if (before == after)
        {
            return;
        }

        if (before.Exists)
        {
            sink.Take(after.Exists ? ChangePhase.Switch : ChangePhase.CleanUp, elements.Address(map, address, isDelete: true));
        }

        PutVerdict(map, address, after, comment: null, before.Exists ? ChangePhase.Switch : comes, sink);
    }

    private void PutVerdict(TableSet map, ServiceAddress address, PlannedVerdict verdict, string? comment, ChangePhase phase, IElementSink sink)
    {
        if (verdict.Exists)
        {
            var drops = verdict.Kind == VerdictKind.Drop;
            sink.Put(phase, elements.Address(map, address, isDelete: false, drops ? null : sink.Require(verdict), drops, comment));
        }
    }

    private void WriteSlots(TableSet map, ServiceAddress address, ReadOnlySpan<Endpoint?> before, ReadOnlySpan<Endpoint?> after, IElementSink sink)
    {
        for (var slot = 0; slot < Math.Max(before.Length, after.Length); slot++)
        {
            if (slot >= after.Length)
            {
                sink.Take(ChangePhase.CleanUp, elements.Slot(map, address, slot, endpoint: null));
            }
            else if (slot >= before.Length)
            {
                sink.Put(ChangePhase.Switch, elements.Slot(map, address, slot, after[slot]));
            }
            else if (!SlotAssigner.IsSame(before[slot], after[slot]))
            {
                sink.Take(ChangePhase.Switch, elements.Slot(map, address, slot, endpoint: null));
                sink.Put(ChangePhase.Switch, elements.Slot(map, address, slot, after[slot]));
            }
        }
    }

    private void WriteSources(ServiceAddress address, in AddressView before, in AddressView after, IElementSink sink)
    {
        if (!before.HasSources && !after.HasSources)
        {
            return;
        }

        if (before.HasSources && after.HasSources &&
            before.Intent!.SourceRanges.Equals(after.Intent!.SourceRanges) && before.Intent.LoadBalancerIPs.Equals(after.Intent.LoadBalancerIPs))
        {
            return;
        }

        Collect(before, _sourcesBefore);
        Collect(after, _sources);
        foreach (var range in _sourcesBefore)
        {
            if (_sources.BinarySearch(range) < 0)
            {
                sink.Take(after.HasSources ? ChangePhase.Switch : ChangePhase.CleanUp, elements.Source(address, range, isDelete: true));
            }
        }

        foreach (var range in _sources)
        {
            if (_sourcesBefore.BinarySearch(range) < 0)
            {
                sink.Put(before.HasSources ? ChangePhase.Switch : ChangePhase.Prepare, elements.Source(address, range, isDelete: false));
            }
        }
    }

    private void Collect(in AddressView view, List<AddressRange> ranges)
    {
        ranges.Clear();
        if (view.HasSources)
        {
            AddressRange.AddAllowed(view.Intent!, layout.Node, ranges);
        }
    }
}
