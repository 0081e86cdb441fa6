using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// Real servers that serve no Service any more but have connections: with weight 0 they get no new ones, and go when the last has ended. TCP only: of
/// other protocols a flow has no end to wait for.
/// </summary>
internal sealed class DrainingServers
{
    private readonly Dictionary<VirtualServerKey, List<RealServer>> _servers = [];

    /// <summary>All of them.</summary>
    public IEnumerable<(VirtualServerKey Key, RealServer Real)> All => _servers.SelectMany(s => s.Value.Select(r => (s.Key, r)));

    /// <summary>Whether real servers of a virtual server are let go so.</summary>
    public static bool Drains(VirtualServerKey.Address key) => key.Protocol == L4Protocol.Tcp;

    /// <summary>A real server gets no new connections.</summary>
    public void Add(VirtualServerKey key, RealServer real)
    {
        if (!_servers.TryGetValue(key, out var reals))
        {
            _servers[key] = reals = [];
        }

        if (Find(reals, real) < 0)
        {
            reals.Add(real);
        }
    }

    /// <summary>A real server is gone, or serves again; whether it was one of them.</summary>
    public bool Remove(VirtualServerKey key, RealServer real)
    {
        if (!_servers.TryGetValue(key, out var reals) || Find(reals, real) is not (>= 0 and var at))
        {
            return false;
        }

        reals.RemoveAt(at);
        if (reals.Count == 0)
        {
            _servers.Remove(key);
        }

        return true;
    }

    /// <summary>A virtual server is gone.</summary>
    public void Remove(VirtualServerKey key) => _servers.Remove(key);

    /// <summary>Forgets all.</summary>
    public void Clear() => _servers.Clear();

    private static int Find(List<RealServer> reals, RealServer real) => reals.FindIndex(r => r.Port == real.Port && r.Address == real.Address);
}
