using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux;
using Sluice.Linux.Ipvs;
using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Link;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Daemon;

/// <summary>
/// What Service proxies in IPVS mode left in this node's kernel besides iptables rules: virtual servers, the interface with Services' addresses, sets.
/// It is the proxy's own where one of the sets is that kube-proxy does not know. To look for it loads nothing.
/// </summary>
internal sealed class IpvsLeftovers
{
    private const string OwnPrefix = "SLUICE-";

    private static readonly string[] s_names =
        [.. Enum.GetValues<IPFamily>().SelectMany(family => Enum.GetValues<IpvsSet>().Select(set => IpvsSets.NameOf(set, family)))];

    private readonly List<IpSet> _sets;
    private readonly IReadOnlyList<NetAddress> _addresses;
    private readonly List<VirtualServerKey.Address> _servers;

    private IpvsLeftovers(List<IpSet> sets, IReadOnlyList<NetAddress> addresses, IpvsTable servers)
    {
        (_sets, _addresses) = (sets, addresses);
        _servers = ServersOf(sets, addresses, servers, LocalAddresses.Read());
    }

    /// <summary>Whether there is anything.</summary>
    public bool IsAny => _sets.Count + _addresses.Count + _servers.Count > 0;

    /// <summary>Whether it is the proxy's own, and not kube-proxy's.</summary>
    public bool IsOwn => _sets.Exists(s => s.Name.StartsWith(OwnPrefix, StringComparison.Ordinal));

    /// <summary>Looks for it.</summary>
    /// <exception cref="CommandFailure">It cannot be read.</exception>
    public static IpvsLeftovers Find()
    {
        using var ipset = IpsetConnection.TryOpenLoaded(out var problem);
        using var ipvs = problem is null ? IpvsConnection.TryOpenLoaded(out problem) : null;
        using var link = problem is null ? LinkConnection.TryOpen(out problem) : null;
        var sets = new List<IpSet>();
        for (var i = 0; i < s_names.Length && ipset is not null && problem is null; i++)
        {
            problem = ipset.Read(s_names[i], out var set, hasEntries: NamesServers(s_names[i]));
            sets.AddRange(set is null ? [] : [set]);
        }

        var table = IpvsTable.Empty;
        problem ??= ipvs?.Read(out table);
        IReadOnlyList<NetAddress> addresses = [];
        problem ??= link?.ReadAddresses(IpvsLayout.Interface, out addresses);
        return problem is null ? new IpvsLeftovers(sets, addresses, table) : throw new CommandFailure($"what IPVS mode left cannot be read: {problem}");
    }

    /// <summary>Removes it. No iptables rule may ask the sets any more.</summary>
    /// <param name="log">Where to tell.</param>
    /// <exception cref="CommandFailure">The kernel does not let it.</exception>
    public void Remove(EventLog log)
    {
        using var applier = IpvsApplier.TryOpen(out var problem);
        problem ??= applier!.Apply([.. _servers.Select(s => new IpvsStep.RemoveServer(s))]).Failure;
        problem ??= applier!.Link.Remove(IpvsLayout.Interface);

        // What says whose it is goes last: of a removal that was cut short the rest is still known.
        problem ??= applier!.Apply([.. _sets.OrderBy(s => s.Name.StartsWith(OwnPrefix, StringComparison.Ordinal)).Select(s => new IpvsStep.DestroySet(s.Name))]).Failure;
        if (problem is not null)
        {
            throw new CommandFailure(problem);
        }

        log.Info("removed", ("servers", _servers.Count), ("addresses", _addresses.Count), ("sets", _sets.Count));
    }

    /// <summary>
    /// The virtual servers that are a proxy's: their address is on its interface, or, where the node has it itself, a set names them by address and port or
    /// by node port.
    /// </summary>
    /// <param name="sets">The proxy's sets.</param>
    /// <param name="addresses">The addresses of its interface.</param>
    /// <param name="servers">All virtual servers.</param>
    /// <param name="node">The addresses of the node.</param>
    internal static List<VirtualServerKey.Address> ServersOf(
        IEnumerable<IpSet> sets, IEnumerable<NetAddress> addresses, IpvsTable servers, IEnumerable<NetAddress> node)
    {
        var (onInterface, onNode) = (addresses.ToHashSet(), node.ToHashSet());
        var named = new HashSet<(NetAddress? IP, int Port)>();
        foreach (var set in sets.Where(s => NamesServers(s.Name)))
        {
            foreach (var entry in set.Entries)
            {
                if (entry.Values.OfType<IpSetValue.Port>().FirstOrDefault() is { } port)
                {
                    named.Add((entry.Values.OfType<IpSetValue.Network>().FirstOrDefault()?.Prefix.Address, port.Number));
                }
            }
        }

        return
        [
            .. servers.Servers.Select(s => s.Key).OfType<VirtualServerKey.Address>()
                .Where(k => onInterface.Contains(k.IP) || (onNode.Contains(k.IP) && (named.Contains((null, k.Port)) || named.Contains((k.IP, k.Port))))),
        ];
    }

    // Those with addresses that may be the node's own, and those with node ports.
    private static bool NamesServers(string set) =>
        set.Contains("NODE-PORT", StringComparison.Ordinal) || set.Contains("EXTERNAL-IP", StringComparison.Ordinal) || set.Contains("LOAD-BALANCER", StringComparison.Ordinal);
}
