using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// Compares what a book has with what a kernel holds, and says what mends it. For the first load, for a restart, when kube-proxy's state is taken over, after
/// a failure and as an audit. First <see cref="Sets"/>, then the iptables rules, which need the sets, then <see cref="Steps"/>. While it lasts
/// the book must not be changed otherwise; when it is given up half way, the next begins with a new reading.
/// </summary>
public sealed class IpvsComparison
{
    private readonly IpvsBook _book;
    private readonly IpvsLayout _layout;
    private readonly IpvsChange _change;
    private readonly VirtualDifference _difference;
    private readonly IpvsDump _dump;
    private readonly HashSet<NetAddress> _addresses;
    private readonly IpvsFindings _findings = new();

    // Those that were looked at: several Services may have one address.
    private readonly HashSet<NetAddress> _virtualIPs = [];

    /// <summary>Begins to compare.</summary>
    /// <param name="book">What shall be.</param>
    /// <param name="sets">The kernel's sets.</param>
    /// <param name="servers">The kernel's virtual servers, both families.</param>
    /// <param name="addresses">The addresses of <see cref="IpvsLayout.Interface"/>, both families.</param>
    public IpvsComparison(IpvsBook book, IpSetTable sets, IpvsTable servers, IEnumerable<NetAddress> addresses)
    {
        ArgumentNullException.ThrowIfNull(book);
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentNullException.ThrowIfNull(servers);
        (_book, _layout) = (book, book.Layout);
        _change = new IpvsChange(_layout);
        _difference = new VirtualDifference(book.DrainingServers);
        (Sets, var settled) = Settle(sets);
        _dump = new IpvsDump(_layout, settled, servers);

        // The kernel gives every interface a link-local address of IPv6.
        _addresses = [.. addresses.Where(a => a.Family == _layout.Family && !(a.Family == IPFamily.IPv6 && a.IsLinkLocal))];
    }

    /// <summary>
    /// The sets to make, without entries, and to replace, with all that they are to hold: one of kube-proxy's is smaller and takes no comments.
    /// </summary>
    public IReadOnlyList<IpvsStep> Sets { get; }

    /// <summary>What was found so far, a line each; many of a kind are counted.</summary>
    public IReadOnlyList<string> Findings => _findings.ToLines();

    /// <summary>
    /// Everything else, in this order: Service by Service, each whole before the next, then what is stale. The steps are made as they are asked for, and
    /// can be asked for once.
    /// </summary>
    public IEnumerable<IpvsStep> Steps()
    {
        _book.DrainingServers.Clear();
        var seen = new HashSet<ServiceAddress>();
        foreach (var entry in _book.Shared.Entries())
        {
            if (entry.Set != IpvsSet.VirtualIPs && !_dump.Take(entry))
            {
                _change.AddEntry(IpvsPhase.AddGuards, entry);
            }
        }

        foreach (var service in _book.Memory.Services)
        {
            var virtualIPs = new HashSet<NetAddress>();
            foreach (var (address, state) in _book.StatesOf(service, seen))
            {
                _difference.Write(_dump.Take(address), state, isKept: true, _change);
                if (_book.Shared.HasAddress(address.IP))
                {
                    virtualIPs.Add(address.IP);
                }
            }

            foreach (var address in virtualIPs)
            {
                AddVirtualIP(address);
            }

            foreach (var step in Take())
            {
                yield return step;
            }
        }

        RemoveLeft();
        foreach (var step in Take())
        {
            yield return step;
        }
    }

    private void AddVirtualIP(NetAddress address)
    {
        if (_virtualIPs.Add(address))
        {
            var entry = SharedEntries.VirtualIP(address);
            if (!_dump.Take(entry))
            {
                _change.AddEntry(IpvsPhase.AddGuards, entry);
            }

            if (_addresses.Add(address))
            {
                _change.Add(IpvsPhase.AddAddresses, new IpvsStep.AddAddress(address));
            }
        }
    }

    private void RemoveLeft()
    {
        foreach (var address in _dump.Left)
        {
            var state = _dump.Take(address);
            if (state.Server is not null && _layout.Options.ExcludeCidrs.Any(c => c.Contains(address.IP)))
            {
                state = state with { Server = null };
            }

            _difference.Write(state, VirtualAddress.None, _book.Shared.HasAddress(address.IP), _change);
        }

        foreach (var entry in _dump.LeftEntries)
        {
            _change.RemoveEntry(IpvsPhase.RemoveEntries, entry);
        }

        foreach (var address in _addresses)
        {
            if (!_book.Shared.HasAddress(address))
            {
                _change.Add(IpvsPhase.RemoveAddresses, new IpvsStep.RemoveAddress(address));
            }
        }
    }

    private IReadOnlyList<IpvsStep> Take()
    {
        var steps = _change.Take();
        foreach (var step in steps)
        {
            _findings.Add(step);
        }

        return steps;
    }

    // The sets as they are when those that are missing or of another kind were made.
    private (IReadOnlyList<IpvsStep> Steps, IpSetTable Settled) Settle(IpSetTable sets)
    {
        var steps = new List<IpvsStep>();
        var settled = new List<IpSet>();
        var wanted = new Lazy<IpSetTable>(() => IpvsPlan.Of(_book).Ipsets);
        foreach (var set in _layout.Sets)
        {
            var there = sets.Find(set.Name);
            if (there is null)
            {
                steps.Add(new IpvsStep.CreateSet(wanted.Value.Find(set.Name)! with { Entries = [] }));
            }
            else if (!there.HasSameShape(set) || there.MaxEntries < set.MaxEntries)
            {
                there = wanted.Value.Find(set.Name)!;
                steps.Add(new IpvsStep.ReplaceSet(there));
            }

            settled.AddRange(there is null ? [] : [there]);
        }

        steps.ForEach(_findings.Add);
        return (steps, new IpSetTable(settled.ToEquatableArray()));
    }
}
