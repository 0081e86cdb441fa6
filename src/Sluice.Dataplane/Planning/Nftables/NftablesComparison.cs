using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// Compares what a table shall hold with what a kernel holds, and says in changes of bounded size what is to be done: first what is missing or
/// different, Service by Service, each whole before the next; at last what is stale. For the first load, for a restart, after a failure
/// and as an audit. While it lasts the table must not be changed otherwise; when it is given up half way, the next begins with a new dump.
/// </summary>
public sealed class NftablesComparison
{
    /// <summary>How many elements a change has, about, unless said: half a megabyte of netlink messages.</summary>
    public const int ElementsPerChange = 10_000;

    // Numbers comparisons, so that a shared element is written once in each.
    private readonly int _number;
    private readonly NftablesTable _table;
    private readonly NftablesDump _dump;
    private readonly DriftCounts _drift;
    private readonly ComparisonSink _sink;
    private readonly AddressDifference _difference;
    private readonly NftablesSuspects? _suspects;

    // After each, whether the change must end there.
    private readonly IEnumerator<bool> _steps;
    private NftablesChange? _change;

    /// <summary>Begins to compare.</summary>
    /// <param name="table">What shall be.</param>
    /// <param name="dump">What is. It is used up.</param>
    /// <param name="suspects">What is compared besides chains: the dump has the elements of its keys only; null for all.</param>
    public NftablesComparison(NftablesTable table, NftablesDump dump, NftablesSuspects? suspects = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(dump);
        (_table, _dump, _number) = (table, dump, table.NextComparison());
        _drift = new DriftCounts(table.Layout);
        _sink = new ComparisonSink(table, dump, _drift);
        _difference = new AddressDifference(table.Layout, table.Elements);
        _suspects = suspects;
        _steps = Steps().GetEnumerator();
        if (suspects is null)
        {
            table.Chains.Forget();
        }
    }

    /// <summary>What was found so far, a line for each chain and each set.</summary>
    public IReadOnlyList<string> Findings => _drift.ToLines();

    /// <summary>
    /// Whether clients are remembered, maybe for endpoints that are gone: after the last change, the map <c>affinity</c> is to be looked
    /// through as <see cref="NftablesChange.ForgetsClients"/> says.
    /// </summary>
    public bool ForgetsClients => _suspects is null && _table.Chains.HasAffinity;

    /// <summary>Writes the next change; false when nothing is left to do.</summary>
    /// <param name="change">
    /// Gets the change; must be empty. It supposes that those before it are carried out: the next may be asked for meanwhile, but when one
    /// fails, those behind it must not be carried out.
    /// </param>
    /// <param name="elements">How many elements the change has, about; a Service with more is not split.</param>
    public bool Next(NftablesChange change, int elements = ElementsPerChange)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (!change.IsEmpty)
        {
            throw new ArgumentException("the change must be carried out and cleared first", nameof(change));
        }

        _change = change;
        _sink.Into(change);
        while (_steps.MoveNext())
        {
            if (!change.IsEmpty && (_steps.Current || change.ElementCount >= elements))
            {
                break;
            }
        }

        change.Seal();
        return !change.IsEmpty;
    }

    private IEnumerable<bool> Steps()
    {
        WriteChains(_table.Layout.FixedChains);
        if (_suspects is not null)
        {
            WriteChains(_table.ChainsNeeded);
            _suspects.Write(_table, _sink);
            yield return true;
        }

        foreach (var step in _suspects is null ? WriteAll() : [])
        {
            yield return step;
        }

        foreach (var isMain in new[] { true, false })
        {
            for (var at = _dump.Elements.Count == 0 ? -1 : 0; at >= 0; at = _dump.Elements.After(at))
            {
                if (!_dump.Elements.IsSeen(at) && IsMain(at) == isMain)
                {
                    _dump.Elements.See(at);
                    _drift.CountStale(_dump.Elements.SetOf(at));
                    _change!.Add(isMain ? ChangePhase.Switch : ChangePhase.CleanUp, _dump.Elements.Removal(at));
                    yield return false;
                }
            }

            // Kernels before 6.2 remember for a moment that an element led to a chain, and nothing may go before what leads to it.
            yield return true;
        }

        RemoveChains();
    }

    private IEnumerable<bool> WriteAll()
    {
        WriteNodePortIPs();
        foreach (var service in _table.TakeUp())
        {
            foreach (var port in service)
            {
                Write(port);
            }

            yield return false;
        }

        // What is refused or dropped where no Service is comes when all Services are there; until then somebody else may serve them.
        yield return true;
        foreach (var service in _table.Memory.Services)
        {
            foreach (var port in service)
            {
                _table.Shared.WriteClusterIP(port.Intent!, _number, _sink);
            }

            yield return false;
        }

        WriteServiceCidrs();
        yield return false;
    }

    // Whether packets are looked up in its set whatever other sets say.
    private bool IsMain(int at) => _table.Layout.RoleOf(_dump.Elements.SetOf(at)) is TableSet.ServiceIPs or TableSet.ServiceNodePorts or TableSet.ClusterIPs
        or TableSet.ServiceCidrs or TableSet.NodePortIPs or TableSet.HealthCheckPorts or TableSet.AffineServices or TableSet.AffineNodePorts;

    private void WriteChains(IEnumerable<Chain> chains)
    {
        foreach (var chain in chains)
        {
            var there = _dump.FindChain(chain.Name);
            if (there is null || !there.Rules.Equals(chain.Rules))
            {
                _drift.Add($"chain {chain.Name} {(there is null ? "is missing" : "has other rules")}");
                _change!.AddChain(chain, isThere: there is not null);
            }
        }
    }

    private void WriteNodePortIPs()
    {
        if (_table.Layout.Has(TableSet.NodePortIPs))
        {
            foreach (var ip in _table.Layout.NodePortIPs)
            {
                _sink.Put(ChangePhase.Switch, _table.Elements.IP(TableSet.NodePortIPs, ip, isDelete: false));
            }
        }
    }

    private void WriteServiceCidrs()
    {
        foreach (var range in _table.Layout.ServiceRanges)
        {
            _sink.Put(ChangePhase.Switch, _table.Elements.Range(TableSet.ServiceCidrs, range, isDelete: false));
        }
    }

    private void Write(PortState port)
    {
        var intent = port.Intent!;
        _table.Shared.WriteAll(intent, _number, _sink);
        for (var i = 0; i < ServiceAddresses.CountOf(intent); i++)
        {
            var (address, kind) = ServiceAddresses.At(intent, i);
            if (_table.Memory.OwnerOf(address) is { } owner && owner == new Claim<PortState>(port, kind) && ServiceAddresses.IsFirst(intent, i))
            {
                var view = _table.Memory.ViewOf(owner);
                _difference.Write(address, default, view, _sink);
                if (view.HasSources)
                {
                    _sink.TakeStaleSources(address);
                }
            }
        }
    }

    private void RemoveChains()
    {
        foreach (var chain in _dump.Chains.Values.Where(c => !_table.Chains.IsNeeded(c.Name)).OrderByDescending(Rank))
        {
            _drift.Add($"chain {chain.Name} is stale");
            _change!.RemoveChain(chain.Name);
        }
    }

    // Those that lead to others are higher.
    private static int Rank(Chain chain) => chain.Base is not null ? int.MaxValue : TableChains.Parse(chain.Name) switch
    {
        { Kind: VerdictKind.Draw } draw => (2 * (int)draw.Chain) + (draw.IsAffine ? 1 : 0),
        { Kind: VerdictKind.Learn } => 0,
        _ => int.MaxValue - 1,
    };
}
