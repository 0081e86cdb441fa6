using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>
/// What the table of one family shall hold for Services, kept in memory: who has which address, which endpoint has which slot, and
/// how many need each shared element. Not for several threads at a time.
/// <list type="bullet">
/// <item>Start: <see cref="Of"/> with an intent and what the kernel holds, and carry out the changes of a comparison with that. With an
/// empty kernel that is the full load; after a restart it is nothing.</item>
/// <item>Then <see cref="Apply(ObjectName, EquatableArray{PortIntent}, NftablesChange)"/> for each Service that changed, and carry out the change.</item>
/// <item>When the kernel refuses a change, or somebody else wrote: <see cref="NftablesComparison"/> of this table with a new dump. With
/// another node or other options: begin anew, likewise with a dump.</item>
/// </list>
/// A change costs what its Service has, whatever the cluster has.
/// </summary>
public sealed class NftablesTable
{
    private readonly AddressDifference _difference;
    private readonly ChangeSink _sink;
    private int _comparisons;

    // Services of the intent that it was made for and that are still to be taken up; null when there are none.
    private IEnumerator<IReadOnlyList<PortState>>? _waiting;

    /// <summary>A table without Services.</summary>
    public NftablesTable(NftablesLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        Elements = new ElementMaker(layout);
        Shared = new SharedElements(layout, Elements);
        Memory = new TableMemory(layout, Shared);
        Chains = new ChainRegistry(layout);
        _difference = new AddressDifference(layout, Elements);
        _sink = new ChangeSink(Chains);
    }

    /// <summary>What the table is made of besides Services.</summary>
    public NftablesLayout Layout { get; }

    /// <summary>The chains that came with changes, besides the layout's fixed ones.</summary>
    public IEnumerable<Chain> ChainsNeeded => Chains.Chains;

    /// <summary>The Services.</summary>
    internal TableMemory Memory { get; }

    /// <summary>Elements that several Services need.</summary>
    internal SharedElements Shared { get; }

    /// <summary>The chains that are made when needed.</summary>
    internal ChainRegistry Chains { get; }

    /// <summary>Makes elements.</summary>
    internal ElementMaker Elements { get; }

    /// <summary>
    /// The table for an intent. Where the kernel has slots already, the endpoints keep them. The Services are taken up while an <see cref="NftablesComparison"/>
    /// of the table with the same dump goes through them, and says what the kernel lacks; before its end nothing else can be done with the table.
    /// </summary>
    /// <param name="layout">What the table is made of besides Services.</param>
    /// <param name="intent">What all Services are to do.</param>
    /// <param name="dump">What the kernel holds.</param>
    /// <exception cref="ArgumentException">The intent is of the other family.</exception>
    public static NftablesTable Of(NftablesLayout layout, ServiceIntent intent, NftablesDump dump)
    {
        ArgumentNullException.ThrowIfNull(intent);
        ArgumentNullException.ThrowIfNull(dump);
        var table = new NftablesTable(layout);
        table.RequireFamily(intent);
        table._waiting = table.Memory.TakeUp(intent, new SlotAdoption(table, dump).Adopt).GetEnumerator();
        return table;
    }

    /// <summary>Changes what one Service is to do.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="ports">Its ports; empty when it has none here any more.</param>
    /// <param name="change">Gets what the kernel has to do for it; must be empty.</param>
    /// <exception cref="ArgumentException">The change is not empty.</exception>
    /// <exception cref="InvalidOperationException">The first comparison has not ended.</exception>
    public void Apply(ObjectName service, EquatableArray<PortIntent> ports, NftablesChange change)
    {
        RequireReady(change);
        Memory.Change(service, ports);
        Write(change);
    }

    /// <summary>Changes what several Services are to do, all in one change.</summary>
    /// <param name="after">What all Services are to do.</param>
    /// <param name="changed">The Services that differ from what the table holds; others stay as they are.</param>
    /// <param name="change">Gets what the kernel has to do for it; must be empty.</param>
    /// <exception cref="ArgumentException">The change is not empty, or the intent is of the other family.</exception>
    /// <exception cref="InvalidOperationException">The first comparison has not ended.</exception>
    public void Apply(ServiceIntent after, IEnumerable<ObjectName> changed, NftablesChange change)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(changed);
        RequireReady(change);
        RequireFamily(after);
        foreach (var service in changed)
        {
            Memory.Change(service, after.PortsOf(service));
        }

        Write(change);
    }

    /// <summary>
    /// Whether a client may be remembered as the map <c>affinity</c> has it. Elements for which this says no lead to endpoints that are gone.
    /// </summary>
    /// <param name="key">The element's key: client, address, protocol and port.</param>
    /// <param name="data">The element's data: an endpoint's address and port.</param>
    public bool Remembers(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        var address = Elements.ReadAddress(key[Elements.LengthOfIP..], isNodePort: false);
        var owner = Memory.OwnerOf(address) ?? Memory.OwnerOf(ServiceAddress.NodePort(address.Protocol, address.Port));
        if (owner is not { Port.Intent.AffinitySeconds: not null } claim)
        {
            return false;
        }

        var (ip, port) = Elements.ReadEndpoint(data);
        var view = Memory.ViewOf(claim);
        return Contains(view.Endpoints, ip, port) || Contains(view.LocalEndpoints, ip, port);
    }

    /// <summary>The ports of each Service, in the order in which they were taken up, or are now.</summary>
    internal IEnumerable<IReadOnlyList<PortState>> TakeUp()
    {
        foreach (var service in Memory.Services)
        {
            yield return service;
        }

        while (_waiting is { } waiting)
        {
            if (waiting.MoveNext())
            {
                yield return waiting.Current;
            }
            else
            {
                _waiting = null;
            }
        }
    }

    /// <summary>The number of a comparison that begins.</summary>
    internal int NextComparison() => ++_comparisons;

    private void RequireFamily(ServiceIntent intent)
    {
        if (intent.Family != Layout.Family)
        {
            throw new ArgumentException($"a table for {Layout.Family}, an intent for {intent.Family}", nameof(intent));
        }
    }

    private void RequireReady(NftablesChange change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (_waiting is not null)
        {
            throw new InvalidOperationException("the table is not whole before its first comparison has ended");
        }

        if (!change.IsEmpty)
        {
            throw new ArgumentException("the change must be carried out and cleared first", nameof(change));
        }
    }

    private static bool Contains(ReadOnlySpan<Endpoint?> slots, NetAddress ip, int port)
    {
        foreach (var slot in slots)
        {
            if (slot is not null && slot.Port == port && slot.Address == ip)
            {
                return true;
            }
        }

        return false;
    }

    private void Write(NftablesChange change)
    {
        var sink = _sink.Into(change);
        foreach (var (address, owner) in Memory.Touched)
        {
            var before = Memory.OldViewOf(owner);
            var after = Memory.ViewOf(Memory.OwnerOf(address));
            _difference.Write(address, before, after, sink);
            change.ForgetsClients |= AddressDifference.ForgetsClients(before, after);
        }

        Shared.WriteChanges(sink);
        Memory.Settle();
        change.Seal();
    }
}
