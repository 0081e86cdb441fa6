using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>What IPVS holds in one network namespace, both families.</summary>
/// <param name="Servers">The virtual servers, in the order of the source.</param>
public sealed record IpvsTable(EquatableArray<VirtualServer> Servers)
{
    /// <summary>The interface that holds the addresses of Services, so that packets to them come to the node: kube-proxy's name for it.</summary>
    public const string KubeInterface = "kube-ipvs0";

    private (EquatableArray<VirtualServer> Of, Dictionary<VirtualServerKey, VirtualServer> ByKey, HashSet<NetAddress> Addresses)? _index;

    /// <summary>No virtual server.</summary>
    public static IpvsTable Empty { get; } = new([]);

    /// <summary>The virtual server of this key; null when there is none.</summary>
    public VirtualServer? Find(VirtualServerKey key) => Index().ByKey.GetValueOrDefault(key);

    /// <summary>Whether an address is that of a virtual server.</summary>
    public bool HasAddress(NetAddress address) => Index().Addresses.Contains(address);

    /// <summary>Equal virtual servers in the same order.</summary>
    public bool Equals(IpvsTable? other) => other is not null && Servers.Equals(other.Servers);

    /// <inheritdoc/>
    public override int GetHashCode() => Servers.GetHashCode();

    private (Dictionary<VirtualServerKey, VirtualServer> ByKey, HashSet<NetAddress> Addresses) Index()
    {
        // "with" copies the cache too: it counts only for the servers it was made of.
        if (_index is not { } index || !index.Of.IsSame(Servers))
        {
            var byKey = new Dictionary<VirtualServerKey, VirtualServer>();
            foreach (var server in Servers)
            {
                byKey.TryAdd(server.Key, server);
            }

            _index = index = (Servers, byKey, [.. byKey.Keys.OfType<VirtualServerKey.Address>().Select(k => k.IP)]);
        }

        return (index.ByKey, index.Addresses);
    }
}
