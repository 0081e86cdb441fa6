using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>What several Service ports need: endpoints that may reach themselves, ports asked for health, addresses of the interface.</summary>
internal sealed class SharedEntries(IpvsLayout layout)
{
    private readonly ReferenceCounts<ServiceAddress> _endpoints = new();
    private readonly ReferenceCounts<int> _healthChecks = new();
    private readonly ReferenceCounts<NetAddress> _addresses = new();

    /// <summary>The addresses of the interface.</summary>
    public IEnumerable<NetAddress> Addresses => _addresses.Needed;

    /// <summary>Whether the interface has an address.</summary>
    public bool HasAddress(NetAddress address) => _addresses.IsNeeded(address);

    /// <summary>All entries.</summary>
    public IEnumerable<SetEntry> Entries() =>
    [
        .. _endpoints.Needed.Select(LoopBack), .. _healthChecks.Needed.Select(HealthCheck), .. _addresses.Needed.Select(VirtualIP),
    ];

    /// <summary>The entry for an address of the interface.</summary>
    public static SetEntry VirtualIP(NetAddress address) => new(IpvsSet.VirtualIPs, EntryMaker.Address(address));

    /// <summary>Takes up what a port needs, as nothing that came.</summary>
    public void Hold(PortIntent port) => Count(port, _endpoints.Hold, _healthChecks.Hold, _addresses.Hold);

    /// <summary>A port comes, goes, or becomes another.</summary>
    public void Change(PortIntent? before, PortIntent? after)
    {
        // What comes is counted first, so that what stays is never gone.
        Count(after, _endpoints.Retain, _healthChecks.Retain, _addresses.Retain);
        Count(before, _endpoints.Release, _healthChecks.Release, _addresses.Release);
    }

    /// <summary>Writes what came and went since the last time.</summary>
    public void WriteChanges(IpvsChange change)
    {
        while (_endpoints.TakeChange(out var endpoint, out var isNeeded))
        {
            Write(change, isNeeded, LoopBack(endpoint));
        }

        while (_healthChecks.TakeChange(out var port, out var isNeeded))
        {
            Write(change, isNeeded, HealthCheck(port));
        }

        while (_addresses.TakeChange(out var address, out var isNeeded))
        {
            Write(change, isNeeded, VirtualIP(address));
            change.Add(isNeeded ? IpvsPhase.AddAddresses : IpvsPhase.RemoveAddresses, isNeeded ? new IpvsStep.AddAddress(address) : new IpvsStep.RemoveAddress(address));
        }
    }

    private static SetEntry LoopBack(ServiceAddress endpoint) => new(IpvsSet.LoopBack, EntryMaker.LoopBack(endpoint));

    private static SetEntry HealthCheck(int port) => new(IpvsSet.HealthCheckNodePort, EntryMaker.PortOnly(port));

    private static ServiceAddress Of(PortIntent port, Endpoint endpoint) => new(endpoint.Address, port.Name.Protocol, (ushort)endpoint.Port, IsNodePort: false);

    private static void Write(IpvsChange change, bool isNeeded, SetEntry entry)
    {
        if (isNeeded)
        {
            change.AddEntry(IpvsPhase.AddGuards, entry);
        }
        else
        {
            change.RemoveEntry(IpvsPhase.RemoveEntries, entry);
        }
    }

    private void Count(PortIntent? port, Action<ServiceAddress> endpoints, Action<int> healthChecks, Action<NetAddress> addresses)
    {
        if (port is null)
        {
            return;
        }

        foreach (var endpoint in port.Endpoints.All)
        {
            if (endpoint.IsLocal)
            {
                endpoints(Of(port, endpoint));
            }
        }

        if (port.HealthCheckNodePort != 0)
        {
            healthChecks(port.HealthCheckNodePort);
        }

        for (var i = 0; i < ServiceAddresses.CountOf(port); i++)
        {
            if (AddressAt(port, i) is { } address)
            {
                addresses(address);
            }
        }
    }

    // Whoever has it: an address that two claim is there for one of them.
    private NetAddress? AddressAt(PortIntent port, int index) =>
        ServiceAddresses.At(port, index).Address is { IsNodePort: false, IP: var ip } && layout.IsVirtual(ip) ? ip : null;
}
