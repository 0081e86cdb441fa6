using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// What the kernel shall hold for Services of one family in IPVS mode, kept in memory: who has which address, how many need each shared entry, and which
/// real servers are on their way out. Not for several threads at a time.
/// <list type="bullet">
/// <item>Start: <see cref="Of"/> with an intent, and carry out the steps of an <see cref="IpvsComparison"/> with what the kernel holds. With an empty
/// kernel that is the full load; after a restart it is nothing.</item>
/// <item>Then <see cref="Apply(ObjectName, EquatableArray{PortIntent})"/> for each Service that changed, and carry out the steps.</item>
/// <item>Look from time to time at <see cref="Draining"/>: of those without connections, <see cref="Drained"/> says the step that removes them.</item>
/// <item>When the kernel refuses a step, or somebody else wrote: compare again. With another node or other options: begin anew, likewise.</item>
/// </list>
/// A change costs what its Service has, whatever the cluster has.
/// </summary>
public sealed class IpvsBook
{
    private readonly IpvsChange _change;
    private readonly VirtualDifference _difference;
    private readonly DrainingServers _draining = new();

    /// <summary>A book without Services.</summary>
    public IpvsBook(IpvsLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        _change = new IpvsChange(layout);
        _difference = new VirtualDifference(_draining);
        Shared = new SharedEntries(layout);
        Memory = new IpvsMemory(layout, Shared);
    }

    /// <summary>What the kernel holds besides Services.</summary>
    public IpvsLayout Layout { get; }

    /// <summary>
    /// Real servers of TCP that serve no Service any more but may have connections: they stay with weight 0 until <see cref="Drained"/>.
    /// </summary>
    public IEnumerable<(VirtualServerKey Key, RealServer Real)> Draining => _draining.All;

    /// <summary>The Services.</summary>
    internal IpvsMemory Memory { get; }

    /// <summary>What several Services need.</summary>
    internal SharedEntries Shared { get; }

    /// <summary>The real servers of <see cref="Draining"/>.</summary>
    internal DrainingServers DrainingServers => _draining;

    /// <summary>The book for an intent.</summary>
    /// <exception cref="ArgumentException">The intent is of the other family.</exception>
    public static IpvsBook Of(IpvsLayout layout, ServiceIntent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        var book = new IpvsBook(layout);
        book.RequireFamily(intent);
        foreach (var _ in book.Memory.TakeUp(intent))
        {
            // Each is taken up as it is asked for.
        }

        return book;
    }

    /// <summary>Changes what one Service is to do.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="ports">Its ports; empty when it has none here any more.</param>
    /// <returns>What the kernel has to do for it, in this order.</returns>
    public IReadOnlyList<IpvsStep> Apply(ObjectName service, EquatableArray<PortIntent> ports)
    {
        Memory.Change(service, ports);
        return Write();
    }

    /// <summary>Changes what several Services are to do, all in one change.</summary>
    /// <param name="after">What all Services are to do.</param>
    /// <param name="changed">The Services that differ from what the book has; others stay as they are.</param>
    /// <returns>What the kernel has to do for it, in this order.</returns>
    /// <exception cref="ArgumentException">The intent is of the other family.</exception>
    public IReadOnlyList<IpvsStep> Apply(ServiceIntent after, IEnumerable<ObjectName> changed)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentNullException.ThrowIfNull(changed);
        RequireFamily(after);
        foreach (var service in changed)
        {
            Memory.Change(service, after.PortsOf(service));
        }

        return Write();
    }

    /// <summary>A real server of <see cref="Draining"/> has no connections any more.</summary>
    /// <param name="key">The virtual server.</param>
    /// <param name="real">The real server; its weight and counts do not count.</param>
    /// <returns>The step that removes it; null when it is none of them, because it serves again or went with its virtual server.</returns>
    public IpvsStep? Drained(VirtualServerKey key, RealServer real)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(real);
        return _draining.Remove(key, real) ? new IpvsStep.RemoveReal(key, real) : null;
    }

    /// <summary>The kernel's addresses of a Service, each as it is to be; not those seen before.</summary>
    internal IEnumerable<(ServiceAddress Address, VirtualAddress State)> StatesOf(IReadOnlyList<VirtualPort> service, HashSet<ServiceAddress> seen)
    {
        foreach (var port in service)
        {
            for (var i = 0; i < ServiceAddresses.CountOf(port.Intent!); i++)
            {
                foreach (var address in Memory.Expand(ServiceAddresses.At(port.Intent!, i).Address))
                {
                    if (seen.Add(address))
                    {
                        yield return (address, Memory.StateOf(address));
                    }
                }
            }
        }
    }

    private IReadOnlyList<IpvsStep> Write()
    {
        var seen = new HashSet<ServiceAddress>();
        foreach (var address in Memory.Touched.Keys.SelectMany(Memory.Expand))
        {
            if (seen.Add(address))
            {
                _difference.Write(Memory.OldStateOf(address), Memory.StateOf(address), Shared.HasAddress(address.IP), _change);
            }
        }

        Shared.WriteChanges(_change);
        Memory.Settle();
        return _change.Take();
    }

    private void RequireFamily(ServiceIntent intent)
    {
        if (intent.Family != Layout.Family)
        {
            throw new ArgumentException($"a book for {Layout.Family}, an intent for {intent.Family}", nameof(intent));
        }
    }
}
