using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>Says which steps make of an address as it is one as it is to be.</summary>
/// <param name="draining">Real servers that are on their way out.</param>
internal sealed class VirtualDifference(DrainingServers draining)
{
    /// <summary>Writes the steps.</summary>
    /// <param name="before">How it is. Of real servers that are on their way out it may say nothing.</param>
    /// <param name="after">How it is to be.</param>
    /// <param name="isKept">Whether the interface of IPVS keeps the address.</param>
    /// <param name="change">Gets the steps.</param>
    public void Write(VirtualAddress before, VirtualAddress after, bool isKept, IpvsChange change)
    {
        var isGone = before.Server is not null && after.Server is null;
        WriteEntries(before.Entries, after.Entries, isGone || after.Entries.Count == 0, change);
        if (isGone)
        {
            Remove(before.Server!, isKept, change);
        }
        else if (after.Server is { } server)
        {
            WriteServer(before.Server, server, change);
        }
    }

    // Who may use an address comes before the demand to be among them, and goes after it. What keeps clients' addresses is the other way round: to
    // masquerade for a moment what need not be does no harm.
    private static IpvsPhase Comes(IpvsSet set) => set switch
    {
        IpvsSet.LoadBalancerSourceCidr or IpvsSet.LoadBalancerSourceIP => IpvsPhase.AddSources,
        _ when KeepsClients(set) => IpvsPhase.RemoveGuards,
        _ => IpvsPhase.AddGuards,
    };

    private static IpvsPhase Goes(IpvsSet set) => set switch
    {
        IpvsSet.LoadBalancerSourceCidr or IpvsSet.LoadBalancerSourceIP => IpvsPhase.RemoveSources,
        _ when KeepsClients(set) => IpvsPhase.AddGuards,
        _ => IpvsPhase.RemoveGuards,
    };

    private static bool KeepsClients(IpvsSet set) =>
        set is IpvsSet.LoadBalancerLocal or IpvsSet.NodePortLocalTcp or IpvsSet.NodePortLocalUdp or IpvsSet.NodePortLocalSctp;

    private static void WriteEntries(IReadOnlyList<SetEntry> before, IReadOnlyList<SetEntry> after, bool isGone, IpvsChange change)
    {
        var there = new Dictionary<(IpvsSet, EquatableArray<IpSetValue>), IpSetEntry>(before.Count);
        foreach (var (set, entry) in before)
        {
            there[(set, entry.Values)] = entry;
        }

        foreach (var wanted in after)
        {
            if (!there.Remove((wanted.Set, wanted.Entry.Values), out var entry) || !entry.Equals(wanted.Entry))
            {
                change.AddEntry(Comes(wanted.Set), wanted);
            }
        }

        foreach (var ((set, _), entry) in there)
        {
            change.RemoveEntry(isGone ? IpvsPhase.RemoveEntries : Goes(set), new SetEntry(set, entry));
        }
    }

    private void Remove(VirtualServer server, bool isKept, IpvsChange change)
    {
        draining.Remove(server.Key);
        foreach (var real in isKept ? server.RealServers : [])
        {
            change.Add(IpvsPhase.RemoveServers, new IpvsStep.RemoveReal(server.Key, real));
        }

        change.Add(isKept ? IpvsPhase.RemoveRefusing : IpvsPhase.RemoveServers, new IpvsStep.RemoveServer(server.Key));
    }

    private void WriteServer(VirtualServer? before, VirtualServer after, IpvsChange change)
    {
        if (before is null)
        {
            change.Add(IpvsPhase.AddServers, new IpvsStep.AddServer(after with { RealServers = [] }));
        }
        else if (before with { RealServers = [] } != after with { RealServers = [] })
        {
            change.Add(IpvsPhase.AddReals, new IpvsStep.EditServer(after with { RealServers = [] }));
        }

        WriteReals((VirtualServerKey.Address)after.Key, before?.RealServers ?? [], after.RealServers, change);
    }

    private void WriteReals(VirtualServerKey.Address key, EquatableArray<RealServer> before, EquatableArray<RealServer> after, IpvsChange change)
    {
        if (before.Equals(after))
        {
            return;
        }

        var there = new Dictionary<(NetAddress, int), RealServer>(before.Count);
        foreach (var real in before)
        {
            there[(real.Address, real.Port)] = real;
        }

        foreach (var real in after)
        {
            var isThere = there.Remove((real.Address, real.Port), out var known);
            if (draining.Remove(key, real) || (isThere && known != real))
            {
                change.Add(IpvsPhase.AddReals, new IpvsStep.EditReal(key, real));
            }
            else if (!isThere)
            {
                change.Add(IpvsPhase.AddReals, new IpvsStep.AddReal(key, real));
            }
        }

        foreach (var real in there.Values)
        {
            Retire(key, real, change);
        }
    }

    private void Retire(VirtualServerKey.Address key, RealServer real, IpvsChange change)
    {
        if (!DrainingServers.Drains(key))
        {
            change.Add(IpvsPhase.RetireReals, new IpvsStep.RemoveReal(key, real));
            return;
        }

        if (real.Weight != 0)
        {
            change.Add(IpvsPhase.RetireReals, new IpvsStep.EditReal(key, real with { Weight = 0 }));
        }

        draining.Add(key, real with { Weight = 0, Counts = null });
    }
}
