using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Dataplane.Services.Ipvs;

/// <summary>What kube-proxy's ipsets, and ours, say about the addresses of virtual servers.</summary>
internal sealed class BalancedSets
{
    private static readonly (IpvsSet Set, ServiceAddressKind Kind)[] s_addresses =
    [
        (IpvsSet.ClusterIP, ServiceAddressKind.ClusterIP),
        (IpvsSet.LoadBalancer, ServiceAddressKind.LoadBalancer),
        (IpvsSet.ExternalIP, ServiceAddressKind.ExternalIP),
        (IpvsSet.ExternalIPLocal, ServiceAddressKind.ExternalIP),
    ];

    private static readonly IpvsSet[] s_local =
        [IpvsSet.LoadBalancerLocal, IpvsSet.ExternalIPLocal, IpvsSet.NodePortLocalTcp, IpvsSet.NodePortLocalUdp, IpvsSet.NodePortLocalSctp];

    private readonly Dictionary<Place, IpSetEntry> _entries = [];
    private readonly Dictionary<Place, List<Prefix>> _ranges = [];

    public BalancedSets(IpSetTable? table, IPFamily family)
    {
        foreach (var set in Enum.GetValues<IpvsSet>())
        {
            foreach (var entry in table?.Find(IpvsSets.NameOf(set, family))?.Entries ?? default)
            {
                if (PlaceOf(set, entry) is not { } place)
                {
                    continue;
                }

                _entries.TryAdd(place, entry);
                if (entry.Values is [_, _, IpSetValue.Network source])
                {
                    (_ranges.TryGetValue(place, out var known) ? known : _ranges[place] = []).Add(source.Prefix);
                }
            }
        }
    }

    /// <summary>What an address is, with the entry that says so; null when no set has it.</summary>
    public (ServiceAddressKind Kind, IpSetEntry Entry)? KindOf(BalancedKey key)
    {
        foreach (var (set, kind) in s_addresses)
        {
            if (Find(set, key) is { } entry)
            {
                return (kind, entry);
            }
        }

        return (Find(IpvsSet.NodePortSctp, key) ?? FindPort(IpvsSet.NodePortTcp, IpvsSet.NodePortUdp, key)) is { } port ? (ServiceAddressKind.NodePort, port) : null;
    }

    /// <summary>Whether only endpoints of this node shall serve an address.</summary>
    public bool IsLocal(BalancedKey key) => s_local.Any(s => Find(s, key) is not null) || FindPort(IpvsSet.NodePortLocalTcp, IpvsSet.NodePortLocalUdp, key) is not null;

    /// <summary>Whether an address has no endpoint on this node though only such shall serve it.</summary>
    public bool LacksLocal(BalancedKey key) => Find(IpvsSet.NoLocal, key) is not null;

    /// <summary>Who may use a load balancer's address; empty for everybody.</summary>
    public IReadOnlyList<Prefix> SourcesOf(BalancedKey key) => Find(IpvsSet.LoadBalancerFirewall, key) is null ? []
        : _ranges.GetValueOrDefault(new Place(IpvsSet.LoadBalancerSourceCidr, key.Address, key.Protocol, key.Port)) ?? [];

    /// <summary>The ports on which load balancers ask for health, with whose they are.</summary>
    public IEnumerable<(int Port, ServiceComment Service)> HealthCheckPorts()
    {
        foreach (var (place, entry) in _entries)
        {
            if (place.Set == IpvsSet.HealthCheckNodePort && ServiceComment.Read(entry.Comment) is { } service)
            {
                yield return (place.Port, service);
            }
        }
    }

    private IpSetEntry? Find(IpvsSet set, BalancedKey key) => _entries.GetValueOrDefault(new Place(set, key.Address, key.Protocol, key.Port));

    private IpSetEntry? FindPort(IpvsSet tcp, IpvsSet udp, BalancedKey key) =>
        key.Protocol == L4Protocol.Tcp ? _entries.GetValueOrDefault(new Place(tcp, null, null, key.Port))
        : key.Protocol == L4Protocol.Udp ? _entries.GetValueOrDefault(new Place(udp, null, null, key.Port))
        : null;

    private static Place? PlaceOf(IpvsSet set, IpSetEntry entry) => entry.Values switch
    {
        [IpSetValue.Port port] => new Place(set, null, null, port.Number),
        [IpSetValue.Network address, IpSetValue.Port port, ..] => new Place(set, address.Prefix.Address, port.Protocol, port.Number),
        _ => null,
    };

    // A class: a dictionary keyed by a structure is compiled anew at each start.
    private sealed record Place(IpvsSet Set, NetAddress? Address, L4Protocol? Protocol, int Port);
}

/// <summary>What a virtual server takes packets to.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Address">The address.</param>
/// <param name="Port">The port.</param>
internal sealed record BalancedKey(L4Protocol Protocol, NetAddress Address, int Port);
