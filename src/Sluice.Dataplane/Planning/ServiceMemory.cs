using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>
/// The Services as a planner with a memory has them: their ports, and who has which address. While a change is planned it also knows how
/// everything was before.
/// </summary>
/// <typeparam name="TPort">What is remembered of a Service port.</typeparam>
internal abstract class ServiceMemory<TPort>
    where TPort : RememberedPort
{
    private readonly Dictionary<ObjectName, TPort[]> _services = [];
    private readonly ClaimLedger<TPort> _claims = new();

    // The ports that take part in the change that is being planned.
    private readonly List<TPort> _changing = [];

    /// <summary>How many Services have ports.</summary>
    public int ServiceCount => _services.Count;

    /// <summary>The ports of each Service.</summary>
    public IEnumerable<IReadOnlyList<TPort>> Services => _services.Values;

    /// <summary>The addresses that a change may concern, each with who had it before.</summary>
    public Dictionary<ServiceAddress, Claim<TPort>?> Touched => _claims.Touched;

    /// <summary>Who has an address; null when nobody.</summary>
    public Claim<TPort>? OwnerOf(ServiceAddress address) => _claims.OwnerOf(address);

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
            Follow(states[i]);
        }
    }

    /// <summary>Ends the change that is being planned.</summary>
    public virtual void Settle()
    {
        foreach (var state in _changing)
        {
            (state.IsChanging, state.Before) = (false, null);
        }

        _changing.Clear();
        _claims.Settle();
    }

    /// <summary>Takes up the Services of an intent in place of none, in its order, each as it is asked for. Nothing is part of a change.</summary>
    /// <param name="intent">The intent.</param>
    /// <param name="adopt">Gives a port what the kernel has of it already.</param>
    /// <returns>The ports of each Service.</returns>
    public IEnumerable<IReadOnlyList<TPort>> TakeUp(ServiceIntent intent, Action<TPort>? adopt = null)
    {
        _services.EnsureCapacity(intent.ServiceCount);
        _claims.Reserve(intent.ServiceCount);
        Reserve(intent);
        foreach (var (service, ports) in intent.Services)
        {
            var states = new TPort[ports.Count];
            for (var i = 0; i < states.Length; i++)
            {
                var (port, state) = (ports[i], Make(ports[i].Name));
                (state.Index, state.Intent) = (i, port);
                states[i] = state;
                Hold(port);

                // Who claims an address first has it: those behind change nothing about what it has.
                _claims.TakeUp(state, port);
                adopt?.Invoke(state);
                Follow(state);
            }

            _services.Add(service, states);
            yield return states;
        }
    }

    /// <summary>A port of which nothing is known yet.</summary>
    protected abstract TPort Make(ServicePortName name);

    /// <summary>Makes room for the Services of an intent.</summary>
    protected virtual void Reserve(ServiceIntent intent)
    {
    }

    /// <summary>Takes up what a port shares with others, not as part of a change.</summary>
    protected abstract void Hold(PortIntent port);

    /// <summary>A port becomes part of the change that is being planned: what it has now is how it was before.</summary>
    protected virtual void Begin(TPort state)
    {
    }

    /// <summary>What a port shares with others comes, goes, or becomes something else.</summary>
    protected abstract void Share(PortIntent? before, PortIntent? after);

    /// <summary>A port has its new intent.</summary>
    protected virtual void Follow(TPort state)
    {
    }

    private static bool HaveNamesOf(TPort[] states, EquatableArray<PortIntent> ports)
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
    private TPort[] ChangeNames(ObjectName service, TPort[] before, EquatableArray<PortIntent> ports)
    {
        var left = before.ToList();
        var states = new TPort[ports.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var same = left.FindIndex(s => s.Name == ports[i].Name);
            states[i] = same < 0 ? Make(ports[i].Name) : left[same];
            if (same >= 0)
            {
                left.RemoveAt(same);
            }
        }

        foreach (var state in left)
        {
            Change(state, null, state.Index);
            Follow(state);
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

    private void Change(TPort state, PortIntent? intent, int index)
    {
        if (!state.IsChanging)
        {
            (state.IsChanging, state.Before) = (true, state.Intent);
            Begin(state);
            _changing.Add(state);
        }

        var before = state.Intent;
        Share(before, intent);
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
}
