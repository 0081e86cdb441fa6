using System.Globalization;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>Random virtual servers and rules like those of kube-proxy, for a node with pods.</summary>
/// <param name="Table">The virtual servers.</param>
/// <param name="Sets">The sets that the rules ask.</param>
/// <param name="Rules">The rules, for iptables-restore.</param>
internal sealed record BalancingCase(IpvsTable Table, IpSetTable Sets, string Rules)
{
    public const int TargetPort = 8080;

    private static readonly string[] s_schedulers = ["rr", "rr", "wrr", "wrr", "lc", "sh", "mh"];

    /// <summary>The case of a seed.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="family">The family.</param>
    /// <param name="pods">The addresses of the node's pods.</param>
    /// <param name="node">An address of the node, which serves too.</param>
    public static BalancingCase Of(int seed, IPFamily family, IReadOnlyList<NetAddress> pods, NetAddress node)
    {
        var random = new Random(seed);
        var servers = Enumerable.Range(0, 4).Select(i => Server(random, family, i, [.. pods, node])).ToList();
        IpSetTable sets = new([
            Set("VIPS", IpSetType.HashIPPort, family, servers.Select(s => Entry((VirtualServerKey.Address)s.Key))),
            Set("MASQ", IpSetType.HashIPPort, family, servers.Where(_ => random.Next(2) == 0).Select(s => Entry((VirtualServerKey.Address)s.Key))),
            Set("PODS", IpSetType.HashIP, family, pods.Select(p => new IpSetEntry([new IpSetValue.Network(Prefix.Host(p))]))),
        ]);
        return new BalancingCase(new IpvsTable([.. servers]), sets, Text(random, servers, pods));
    }

    private static VirtualServer Server(Random random, IPFamily family, int number, IReadOnlyList<NetAddress> hosts)
    {
        var protocol = random.Next(3) == 0 ? L4Protocol.Udp : L4Protocol.Tcp;
        var address = family == IPFamily.IPv4 ? NetAddress.Parse("10.96.0.1") : NetAddress.Parse("fd00:96::1");
        var key = new VirtualServerKey.Address(protocol, address with { Bits = address.Bits + (uint)number }, 80);
        return new VirtualServer(key)
        {
            Scheduler = s_schedulers[random.Next(s_schedulers.Length)],
            PersistenceSeconds = random.Next(5) == 0 ? 300 : null,
            RealServers = [.. hosts.Where(_ => random.Next(3) > 0).Select(h => new RealServer(h, TargetPort) { Weight = random.Next(0, 4) })],
        };
    }

    private static IpSet Set(string name, IpSetType type, IPFamily family, IEnumerable<IpSetEntry> entries) => new(name, type) { Family = family, Entries = [.. entries] };

    private static IpSetEntry Entry(VirtualServerKey.Address key) =>
        new([new IpSetValue.Network(Prefix.Host(key.IP)), new IpSetValue.Port(key.Protocol, key.Port)]);

    // Answers of pods to pods would take the bridge, past the node: those are always masqueraded.
    private static string Text(Random random, IReadOnlyList<VirtualServer> servers, IReadOnlyList<NetAddress> pods)
    {
        var blocked = pods[random.Next(pods.Count)];
        var server = (VirtualServerKey.Address)servers[random.Next(servers.Count)].Key;
        var refused = random.Next(2) == 0 ? "DROP" : "REJECT";
        List<string> filter =
        [
            "-A INPUT -m set --match-set VIPS dst,dst -j ACCEPT",
            $"-A INPUT -p {server.Protocol} -m set --match-set VIPS dst,dst -m set --match-set PODS src -j {refused}",
            $"-A OUTPUT -d {blocked} -p {server.Protocol} -m {server.Protocol} --dport {TargetPort} -j {refused}",
            $"-A OUTPUT -m ipvs --vaddr {server.IP} --vproto {server.Protocol.Number} --vport {server.Port} -m mark --mark 0x4000/0x4000 -j {refused}",
            $"-A OUTPUT -d {server.IP} -j {refused}",
        ];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            *nat
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            :MARK-MASQ - [0:0]
            -A PREROUTING -m set --match-set PODS src -m set --match-set VIPS dst,dst -j MARK-MASQ
            -A PREROUTING -m set --match-set MASQ dst,dst -j MARK-MASQ
            -A OUTPUT -m set --match-set MASQ dst,dst -j MARK-MASQ
            -A POSTROUTING -m mark --mark 0x4000/0x4000 -j MASQUERADE
            -A MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
            COMMIT
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]

            """);
        foreach (var rule in filter.Where(_ => random.Next(3) == 0))
        {
            text.Append(rule).Append('\n');
        }

        return text.Append("COMMIT\n").ToString();
    }
}
