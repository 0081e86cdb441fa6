using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Diff;

/// <summary>All chains of Services that a plan has, by name, and what a dump says of each.</summary>
internal sealed class ServiceChainIndex
{
    private readonly IptablesPlan _plan;
    private readonly PortIntent[] _ports;
    private readonly Dictionary<ChainKey, int> _byName;
    private readonly List<(int Port, short Kind, int Endpoint)> _chains = [];
    private readonly ChainState[] _states;

    /// <summary>The chains of a plan, none of them seen.</summary>
    public ServiceChainIndex(IptablesPlan plan)
    {
        _plan = plan;
        _ports = [.. plan.Intent.Ports];
        var count = _ports.Sum(CountChains);
        _byName = new Dictionary<ChainKey, int>(count);
        _chains.EnsureCapacity(count);
        for (var i = 0; i < _ports.Length; i++)
        {
            AddChains(i);
        }

        _states = new ChainState[_chains.Count];
    }

    /// <summary>The number of chains.</summary>
    public int Count => _states.Length;

    /// <summary>What is known of a chain.</summary>
    public ChainState this[int chain]
    {
        get => _states[chain];
        set => _states[chain] = value;
    }

    /// <summary>The ports whose chains these are.</summary>
    public IReadOnlyList<PortIntent> Ports => _ports;

    /// <summary>A chain by name; -1 when the plan has none.</summary>
    public int Find(ReadOnlySpan<byte> name) => ChainKey.Parse(name) is { } key && _byName.TryGetValue(key, out var chain) ? chain : -1;

    /// <summary>The port that a chain is of, as an index into <see cref="Ports"/>; chains come in the order of their ports.</summary>
    public int PortOf(int chain) => _chains[chain].Port;

    /// <summary>A chain as planned.</summary>
    public PlannedChain Plan(int chain)
    {
        var (port, kind, endpoint) = _chains[chain];
        var intent = _ports[port];
        return _plan.PlanChain(intent, (ServiceChainKind)kind, endpoint < 0 ? null : intent.Endpoints.All[endpoint]);
    }

    private static int CountChains(PortIntent port) => port.Endpoints.HasAny ? port.Endpoints.All.Count + 2 : 0;

    private void AddChains(int index)
    {
        var port = _ports[index];
        if (!port.Endpoints.HasAny)
        {
            return;
        }

        var hash = ChainNaming.BitsOf(port.Name);
        for (var kind = ServiceChainKind.Firewall; kind < ServiceChainKind.Endpoint; kind++)
        {
            if (PortShape.Has(port, kind))
            {
                Add(ChainKey.Of(kind, hash), index, kind, endpoint: -1);
            }
        }

        for (var i = 0; i < port.Endpoints.All.Count; i++)
        {
            Add(ChainKey.Of(ServiceChainKind.Endpoint, ChainNaming.BitsOf(port.Name, port.Endpoints.All[i])), index, ServiceChainKind.Endpoint, i);
        }
    }

    private void Add(ChainKey key, int port, ServiceChainKind kind, int endpoint)
    {
        if (_byName.TryAdd(key, _chains.Count))
        {
            _chains.Add((port, (short)kind, endpoint));
        }
    }
}
