using System.Runtime.InteropServices;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// The Services of a table: their ports, who has which address, and the slots of endpoints. While a change is planned it also knows how
/// everything was before.
/// </summary>
internal sealed class TableMemory(NftablesLayout layout, SharedElements shared)
{
    // Above this the scratch is not kept.
    private const int LargestKept = 4096;

    private readonly Dictionary<ObjectName, PortState[]> _services = [];
    private readonly ClaimLedger _claims = new();
    private readonly SlotAssigner _assigner = new();

    // Of the change that is being planned: the ports that take part, and their old slots.
    private readonly List<PortState> _changing = [];
    private readonly List<Endpoint?> _slotsBefore = [];

    /// <summary>How many Services have ports.</summary>
    public int ServiceCount => _services.Count;

    /// <summary>The ports of each Service.</summary>
    public IEnumerable<IReadOnlyList<PortState>> Services => _services.Values;

    /// <summary>The addresses that a change may concern, each with who had it before.</summary>
    public Dictionary<ServiceAddress, Claim?> Touched => _claims.Touched;

    /// <summary>Who has an address; null when nobody.</summary>
    public Claim? OwnerOf(ServiceAddress address) => _claims.OwnerOf(address);

    /// <summary>An address as its owner has it; nothing when it has none.</summary>
    public AddressView ViewOf(Claim? owner) => owner is { Port.Intent: { } intent } claim
        ? new AddressView(layout, claim, intent, claim.Port.Cluster.Span, claim.Port.Local.Span)
        : default;

    /// <summary>An address as its owner had it before the change that is being planned.</summary>
    public AddressView OldViewOf(Claim? owner) => owner switch
    {
        { Port: { IsChanging: true } port } claim => port.Before is { } intent ? new AddressView(layout, claim, intent, Kept(port.ClusterBefore), Kept(port.LocalBefore)) : default,
        _ => ViewOf(owner),
    };

    /// <summary>Changes what a Service is to do, as part of the change that is being planned.</summary>
    public void Change(ObjectName service, EquatableArray<PortIntent> ports)
    {
        var states = _services.GetValueOrDefault(service) ?? [];
        if (!HaveNamesOf(states, ports))
        {
            states = ChangeNames(service, states, ports);
        }

        for (var i = 0; i < states.Length; i++)
        {
            Change(states[i], ports[i], i);
            Assign(states[i]);
        }
    }

    /// <summary>Ends the change that is being planned.</summary>
    public void Settle()
    {
        foreach (var state in _changing)
        {
            (state.IsChanging, state.Before) = (false, null);
        }

        _changing.Clear();
        _slotsBefore.Clear();
        if (_slotsBefore.Capacity > LargestKept)
        {
            _slotsBefore.Capacity = 0;
        }

        _claims.Settle();
    }

    /// <summary>Takes up the Services of an intent in place of none, in its order, each as it is asked for. Nothing is part of a change.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="adopt">Gives a port the slots that are taken already.</param>
    /// <returns>The ports of each Service.</returns>
    public IEnumerable<IReadOnlyList<PortState>> TakeUp(ServiceIntent intent, Action<PortState> adopt)
    {
        _services.EnsureCapacity(intent.ServiceCount);
        _claims.Reserve(intent.ServiceCount);
        shared.Reserve(intent.ServiceCount, intent.EndpointCount);
        foreach (var (service, ports) in intent.Services)
        {
            var states = new PortState[ports.Count];
            for (var i = 0; i < states.Length; i++)
            {
                var (port, state) = (ports[i], new PortState(ports[i].Name) { Index = i, Intent = ports[i] });
                states[i] = state;
                shared.Hold(port);

                // Who claims an address first has it: those behind change nothing about its slots.
                _claims.TakeUp(state, port);
                adopt(state);
                Assign(state);
            }

            _services.Add(service, states);
            yield return states;
        }
    }

    /// <summary>Gives a port's endpoints their slots; who has one keeps it.</summary>
    public void Assign(PortState state)
    {
        _assigner.Assign(state.Cluster, state.Intent?.Endpoints.Cluster ?? []);
        _assigner.Assign(state.Local, state.Intent?.Endpoints.Local ?? []);
    }

    private static bool HaveNamesOf(PortState[] states, EquatableArray<PortIntent> ports)
    {
        if (states.Length != ports.Count)
        {
            return false;
        }

        for (var i = 0; i < states.Length; i++)
        {
            if (states[i].Name != ports[i].Name)
            {
                return false;
            }
        }

        return true;
    }

    // Ports come and go, or change their order: those of the same name stay what they are.
    private PortState[] ChangeNames(ObjectName service, PortState[] before, EquatableArray<PortIntent> ports)
    {
        var left = before.ToList();
        var states = new PortState[ports.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var same = left.FindIndex(s => s.Name == ports[i].Name);
            states[i] = same < 0 ? new PortState(ports[i].Name) : left[same];
            if (same >= 0)
            {
                left.RemoveAt(same);
            }
        }

        foreach (var state in left)
        {
            Change(state, null, state.Index);
            Assign(state);
        }

        if (states.Length == 0)
        {
            _services.Remove(service);
        }
        else
        {
            _services[service] = states;
        }

        return states;
    }

    private void Change(PortState state, PortIntent? intent, int index)
    {
        if (!state.IsChanging)
        {
            (state.IsChanging, state.Before) = (true, state.Intent);
            (state.ClusterBefore, state.LocalBefore) = (Keep(state.Cluster), Keep(state.Local));
            _changing.Add(state);
        }

        var before = state.Intent;
        shared.Change(before, intent);
        if (before is not null && intent is not null && state.Index == index && ServiceAddresses.AreSame(before, intent))
        {
            state.Intent = intent;
            _claims.Touch(state, intent);
            return;
        }

        if (before is not null)
        {
            _claims.Remove(state, before);
        }

        (state.Intent, state.Index) = (intent, index);
        if (intent is not null)
        {
            _claims.Add(state, intent);
        }
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
