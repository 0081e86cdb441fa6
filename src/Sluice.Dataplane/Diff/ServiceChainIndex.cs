using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Diff;

/// <summary>All chains of Services that a plan has, by name, and what a dump says of each.</summary>
internal sealed class ServiceChainIndex
{
    private readonly IptablesPlan? _plan;
    private readonly PortIntent[] _ports;
    private readonly Dictionary<ChainKey, int> _byName;
    private readonly List<(int Port, short Kind, int Endpoint)> _chains = [];
    private readonly ChainState[] _states;

    /// <summary>The chains of a plan, none of them seen.</summary>
    /// <param name="plan">The plan; null for a mode that has no chains of Services.</param>
    public ServiceChainIndex(IptablesPlan? plan)
    {
        _plan = plan;
        _ports = [.. plan?.Intent.Ports ?? []];
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

    /// <summary>Whether Services have chains, and rules in shared ones.</summary>
    public bool HasChains => _plan is not null;

    /// <summary>A chain by name; -1 when the plan has none.</summary>
    public int Find(ReadOnlySpan<byte> name) => ChainKey.Parse(name) is { } key && _byName.TryGetValue(key, out var chain) ? chain : -1;

    /// <summary>The port that a chain is of, as an index into <see cref="Ports"/>; chains come in the order of their ports.</summary>
    public int PortOf(int chain) => _chains[chain].Port;

    /// <summary>A chain as planned.</summary>
    public PlannedChain Plan(int chain)
    {
        var (port, kind, endpoint) = _chains[chain];
        var intent = _ports[port];
        return Planned.PlanChain(intent, (ServiceChainKind)kind, endpoint < 0 ? null : intent.Endpoints.All[endpoint]);
    }

    /// <summary>Which of the chains that Services add rules to a shared chain is; null for others.</summary>
    public DispatchChain? DispatchOf(PlannedChain chain) =>
        HasChains && SharedChains.DispatchIndex(chain.Table, chain.Name) is >= 0 and var index ? (DispatchChain)index : null;

    /// <summary>The rules of a chain that Services add rules to, in order.</summary>
    public IEnumerable<string> RulesOf(DispatchChain chain) => Planned.RulesOf(chain);

    /// <summary>The rules of a port in shared chains.</summary>
    public EquatableArray<PlannedRule> PlanDispatch(int port) => Planned.PlanDispatch(_ports[port]);

    private IptablesPlan Planned => _plan ?? throw new InvalidOperationException("Services have no chains");

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
