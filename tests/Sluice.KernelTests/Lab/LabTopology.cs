using System.Globalization;
using System.Text;

namespace Sluice.KernelTests.Lab;

/// <summary>
/// The node and what surrounds it: two namespaces with one veth pair per link. The far ends have no addresses and answer
/// nothing; the node's ends have ARP off, so that a packet to any address leaves at once.
/// </summary>
internal sealed class LabTopology : IDisposable
{
    private static int _count;

    internal LabTopology(LabOptions options)
    {
        Options = options;

        // Packets sent from one CPU are handled there in order: pin the threads, and share the CPUs among labs.
        var cpu = Interlocked.Increment(ref _count) & 0xff;
        Node = new NetworkNamespace("node", cpu);
        try
        {
            Peer = new NetworkNamespace("peer", cpu);
            Build();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    internal LabOptions Options { get; }

    internal NetworkNamespace Node { get; }

    internal NetworkNamespace? Peer { get; }

    /// <summary>Names of the node's links by their index.</summary>
    internal Dictionary<int, string> Links { get; } = [];

    /// <summary>Number of a link in the options and index of its far end.</summary>
    internal Dictionary<string, (int Number, int PeerIndex)> FarEnds { get; } = [];

    public void Dispose()
    {
        Peer?.Dispose();
        Node.Dispose();
    }

    private void Build()
    {
        foreach (var space in new[] { Node, Peer! })
        {
            Quieten(space);
        }

        // First, so that addresses are never tentative and forwarding routes appear with them.
        foreach (var (name, value) in NodeSettings())
        {
            _ = Node.Sysctl(name, value);
        }

        _ = Node.Check("ip", ["-batch", "-"], NodeCommands());
        _ = Peer!.Check("ip", ["-batch", "-"], string.Concat(Options.Links.Select(l => $"link set p-{l.Name} up\n")));
        Links[Node.InterfaceIndex("lo")] = "lo";
        for (var i = 0; i < Options.Links.Count; i++)
        {
            var name = Options.Links[i].Name;
            Links[Node.InterfaceIndex(name)] = name;
            FarEnds[name] = (i, Peer.InterfaceIndex("p-" + name));
        }
    }

    private static void Quieten(NetworkNamespace space)
    {
        foreach (var scope in new[] { "all", "default" })
        {
            var root = $"net.ipv6.conf.{scope}.";
            _ = space.Sysctl(root + "accept_dad", "0");
            _ = space.Sysctl(root + "dad_transmits", "0");
            _ = space.Sysctl(root + "accept_ra", "0");
            _ = space.Sysctl(root + "router_solicitations", "0");
            _ = space.Sysctl(root + "autoconf", "0");

            // No link-local addresses: no router solicitation, no multicast listener reports.
            _ = space.Sysctl(root + "addr_gen_mode", "1");
        }
    }

    private List<(string Name, string Value)> NodeSettings()
    {
        List<(string, string)> settings =
        [
            ("net.ipv4.ip_forward", "1"),
            ("net.ipv6.conf.all.forwarding", "1"),
            ("net.ipv4.icmp_ratelimit", "0"),
            ("net.ipv4.icmp_ratemask", "0"),
            ("net.ipv4.icmp_msgs_per_sec", "1000000"),
            ("net.ipv4.icmp_msgs_burst", "1000000"),
            ("net.ipv6.icmp.ratelimit", "0"),
            ("net.netfilter.nf_conntrack_tcp_be_liberal", Options.LiberalTcp ? "1" : "0"),
            ("net.netfilter.nf_conntrack_tcp_loose", "1"),

            // Lines of legacy TRACE go to nfnetlink_log, and so to the lab, and not to the machine's log.
            ("net.netfilter.nf_log.2", "nfnetlink_log"),
            ("net.netfilter.nf_log.10", "nfnetlink_log"),
        ];
        foreach (var scope in new[] { "all", "default" })
        {
            var root = $"net.ipv4.conf.{scope}.";
            settings.AddRange(
            [
                (root + "rp_filter", "0"),
                (root + "accept_local", "1"),
                (root + "send_redirects", "0"),
                (root + "log_martians", "0"),
                (root + "route_localnet", Options.RouteLocalnet ? "1" : "0"),
            ]);
        }

        return settings;
    }

    private string NodeCommands()
    {
        var text = new StringBuilder("link set lo up\n");
        for (var i = 0; i < Options.Links.Count; i++)
        {
            var link = Options.Links[i];
            text.AppendLine(CultureInfo.InvariantCulture,
                $"link add {link.Name} address {Mac(LabLink.NodeMac(i))} type veth peer name p-{link.Name} address {Mac(LabLink.PeerMac(i))} netns {Peer}");
            text.AppendLine(CultureInfo.InvariantCulture, $"link set {link.Name} arp off up");
            foreach (var address in link.Addresses)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"address add {address} dev {link.Name}");
            }

            foreach (var gateway in link.DefaultVia)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"route add default via {gateway} dev {link.Name}");
            }
        }

        return text.ToString();
    }

    private static string Mac(byte[] address) => string.Join(':', address.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
}
