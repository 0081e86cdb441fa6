using System.Text;
using Sluice.Dataplane.Planning;
using Sluice.Netfilter.Iptables;

namespace Sluice.Dataplane.Diff;

/// <summary>
/// What a dump says of a plan: for each planned chain and jump whether it is there and right, and which chains of Services are there that
/// no plan has. Made while the dump goes by; of a dump of any size only names and flags stay.
/// </summary>
internal sealed class KernelView : ISaveSink
{
    private readonly ChainCheck _check;
    private readonly ChainState[] _sharedStates;
    private readonly Dictionary<string, bool> _stale = new(StringComparer.Ordinal);
    private readonly HashSet<string> _whole = new(StringComparer.Ordinal);
    private readonly HashSet<string> _cut = new(StringComparer.Ordinal);
    private readonly HashSet<string> _kubeletRules = new(StringComparer.Ordinal);
    private string _table = "";
    private byte[] _chain = [];
    private int _length = -1;
    private Place _place;
    private int _index;

    /// <summary>A view of what is planned; nothing is there yet.</summary>
    /// <param name="layout">What is planned with or without Services.</param>
    /// <param name="plan">The plan of Services; null for a mode that has no chains of Services.</param>
    public KernelView(RuleLayout layout, IptablesPlan? plan)
    {
        Layout = layout;
        _check = new ChainCheck(new RuleTextComparer(layout.Family));
        _sharedStates = new ChainState[layout.Chains.Count];
        Jumps = new JumpView(_check, layout.Jumps);
        Services = new ServiceChainIndex(plan);
    }

    // Whose the chain is that rules come of.
    private enum Place
    {
        Other,
        Service,
        Shared,
        Kubelet,
        Stale,
    }

    /// <summary>What is planned with or without Services.</summary>
    public RuleLayout Layout { get; }

    /// <summary>What leads from others' chains to the proxy's.</summary>
    public JumpView Jumps { get; }

    /// <summary>The chains of Services.</summary>
    public ServiceChainIndex Services { get; }

    /// <summary>The chains that are there with or without Services, as planned.</summary>
    public IReadOnlyList<PlannedChain> Shared => Layout.Chains;

    /// <summary>What was found wrong so far.</summary>
    public FindingList Findings { get; } = new();

    /// <summary>Chains of Services that the plan does not have, and whether they have rules.</summary>
    public IReadOnlyDictionary<string, bool> Stale => _stale;

    /// <summary>Whether there are chains of Services that no plan can have, since the mode has none.</summary>
    public bool HasOthersServices { get; private set; }

    /// <summary>The tables of which the dump shows only a part.</summary>
    public IReadOnlyCollection<string> CutTables => _cut;

    /// <summary>What the dump says of a shared chain.</summary>
    public ChainState StateOf(int shared) => _sharedStates[shared];

    /// <summary>Whether the kubelet's chain has a rule.</summary>
    public bool HasKubeletRule(string rule) => _kubeletRules.Contains(rule);

    /// <summary>Whether all of a table is known. A table that is not in the dump has no rules, if the dump is whole.</summary>
    public bool IsWhole(string table) => _cut.Count == 0 || _whole.Contains(table);

    /// <inheritdoc/>
    public void BeginTable(string table)
    {
        _table = table;
        _length = -1;
    }

    /// <inheritdoc/>
    public void DeclareChain(ReadOnlySpan<byte> name)
    {
        var place = PlaceOf(name, out var index);
        if (place == Place.Service)
        {
            Services[index] = ChainState.Empty;
        }
        else if (place is Place.Shared or Place.Kubelet)
        {
            _sharedStates[index] = Shared[index].Rules.Count == 0 && Services.DispatchOf(Shared[index]) is null ? ChainState.Right : ChainState.Empty;
        }
        else if (place == Place.Other)
        {
            HasOthersServices |= _table == "nat" && ChainKey.KindOf(name) is not null;
        }
        else if (place == Place.Stale)
        {
            _stale.TryAdd(Encoding.UTF8.GetString(name), value: false);
        }
    }

    /// <inheritdoc/>
    public void AddRule(ReadOnlySpan<byte> chain, ReadOnlySpan<byte> options)
    {
        if (_length < 0 || !chain.SequenceEqual(_chain.AsSpan(0, _length)))
        {
            EndChain();
            BeginChain(chain);
        }

        switch (_place)
        {
            case Place.Service or Place.Shared:
                _check.Add(options);
                break;
            case Place.Kubelet:
                foreach (var rule in Shared[_index].Rules)
                {
                    if (_check.IsSame(rule, options))
                    {
                        _kubeletRules.Add(rule);
                    }
                }

                break;
            case Place.Other:
                Jumps.Add(_table, chain, options);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTable(bool isWhole)
    {
        EndChain();
        (isWhole ? _whole : _cut).Add(_table);
        _table = "";
    }

    private Place PlaceOf(ReadOnlySpan<byte> name, out int index)
    {
        index = -1;
        if (Services.HasChains && _table == "nat" && ChainKey.KindOf(name) is not null)
        {
            index = Services.Find(name);
            return index >= 0 ? Place.Service : FindShared(name, out index) ? Place.Shared : Place.Stale;
        }

        return !FindShared(name, out index) ? Place.Other
            : Shared[index].Name == SharedChains.KubeletFirewall ? Place.Kubelet
            : Place.Shared;
    }

    private bool FindShared(ReadOnlySpan<byte> name, out int index)
    {
        for (index = 0; index < Shared.Count; index++)
        {
            if (Shared[index].Table == _table && Ascii.Equals(name, Shared[index].Name))
            {
                return true;
            }
        }

        return false;
    }

    private void BeginChain(ReadOnlySpan<byte> name)
    {
        if (_chain.Length < name.Length)
        {
            _chain = new byte[name.Length * 2];
        }

        name.CopyTo(_chain);
        _length = name.Length;
        _place = PlaceOf(name, out _index);
        if (_place == Place.Service)
        {
            _check.Begin(Services.Plan(_index).Rules);
        }
        else if (_place == Place.Shared)
        {
            _check.Begin(Services.DispatchOf(Shared[_index]) is { } dispatch ? Services.RulesOf(dispatch) : Shared[_index].Rules);
        }
        else if (_place == Place.Stale)
        {
            _stale[Encoding.UTF8.GetString(name)] = true;
        }
    }

    private void EndChain()
    {
        if (_length >= 0 && _place is (Place.Service or Place.Shared))
        {
            _check.End();
            if (_check.Difference is { } difference)
            {
                var name = ChainCheck.Text(_chain.AsSpan(0, _length));
                Findings.Add("chains with other rules than planned", () => $"{_table} {name}: {difference}");
            }

            // Rules of one chain come together; a chain that comes twice is not one.
            var before = _place == Place.Shared ? _sharedStates[_index] : Services[_index];
            SetState(_check.Difference is null && before is (ChainState.Missing or ChainState.Empty) ? ChainState.Right : ChainState.Wrong);
        }

        _length = -1;
    }

    private void SetState(ChainState state)
    {
        if (_place == Place.Shared)
        {
            _sharedStates[_index] = state;
        }
        else
        {
            Services[_index] = state;
        }
    }
}
