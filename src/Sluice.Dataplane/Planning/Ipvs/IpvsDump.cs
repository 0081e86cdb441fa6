using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>What a kernel holds of one family, found by address as the book has it.</summary>
internal sealed class IpvsDump
{
    private readonly IpvsLayout _layout;
    private readonly Dictionary<ServiceAddress, List<SetEntry>> _entries = [];
    private readonly Dictionary<ServiceAddress, VirtualServer> _servers = [];
    private readonly Dictionary<(IpvsSet Set, EquatableArray<IpSetValue> Values), SetEntry> _shared = [];

    /// <summary>Reads what was read.</summary>
    /// <param name="layout">What the kernel shall hold besides Services.</param>
    /// <param name="sets">The sets; those of the layout count, of others nothing.</param>
    /// <param name="servers">The virtual servers, both families.</param>
    public IpvsDump(IpvsLayout layout, IpSetTable sets, IpvsTable servers)
    {
        _layout = layout;
        foreach (var set in Enum.GetValues<IpvsSet>())
        {
            foreach (var entry in sets.Find(layout.SetOf(set).Name)?.Entries ?? [])
            {
                Add(new SetEntry(set, entry));
            }
        }

        foreach (var server in servers.Servers)
        {
            // What is told by a mark is no Service's, and nobody's address.
            if (server.Key is VirtualServerKey.Address key && key.IP.Family == layout.Family)
            {
                _servers[new ServiceAddress(key.IP, key.Protocol, (ushort)key.Port, IsNodePort: false)] = server;
            }
        }
    }

    /// <summary>Takes out how an address is.</summary>
    public VirtualAddress Take(ServiceAddress address)
    {
        _entries.Remove(address, out var entries);
        _servers.Remove(address, out var server);
        return new VirtualAddress(server, entries ?? []);
    }

    /// <summary>Takes out a shared entry; whether it was there.</summary>
    public bool Take(SetEntry shared) => _shared.Remove((shared.Set, shared.Entry.Values));

    /// <summary>The addresses that were not taken out.</summary>
    public IReadOnlyList<ServiceAddress> Left => [.. _entries.Keys.Union(_servers.Keys)];

    /// <summary>The shared entries that were not taken out, and those that no address has.</summary>
    public IEnumerable<SetEntry> LeftEntries => _shared.Values;

    private void Add(SetEntry entry)
    {
        if (AddressOf(entry) is { } address)
        {
            if (!_entries.TryGetValue(address, out var entries))
            {
                _entries[address] = entries = [];
            }

            entries.Add(entry);
        }
        else
        {
            _shared[(entry.Set, entry.Entry.Values)] = entry;
        }
    }

    private ServiceAddress? AddressOf(SetEntry entry) => (entry.Set, entry.Entry.Values) switch
    {
        (IpvsSet.LoopBack or IpvsSet.HealthCheckNodePort or IpvsSet.VirtualIPs, _) => null,
        (IpvsSet.NodePortTcp or IpvsSet.NodePortLocalTcp, [IpSetValue.Port port]) => ServiceAddress.NodePort(L4Protocol.Tcp, port.Number),
        (IpvsSet.NodePortUdp or IpvsSet.NodePortLocalUdp, [IpSetValue.Port port]) => ServiceAddress.NodePort(L4Protocol.Udp, port.Number),
        (_, [IpSetValue.Network { Prefix: { IsHost: true } ip }, IpSetValue.Port { Protocol: { } protocol } port, ..]) when ip.Family == _layout.Family =>
            new ServiceAddress(ip.Address, protocol, (ushort)port.Number, IsNodePort: false),
        _ => null,
    };
}
