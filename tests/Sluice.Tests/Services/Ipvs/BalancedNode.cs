using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Sluice.Tests.Tracing;
using Sluice.Tests.Tracing.Ipsets;
using Sluice.Tests.Tracing.Ipvs;

namespace Sluice.Tests.Services.Ipvs;

/// <summary>A node as kube-proxy's IPVS mode leaves it: fixed rules, sets, virtual servers, addresses on kube-ipvs0.</summary>
internal static class BalancedNode
{
    public const string Rules = """
        *nat
        :PREROUTING ACCEPT [0:0]
        :INPUT ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        :KUBE-LOAD-BALANCER - [0:0]
        :KUBE-MARK-MASQ - [0:0]
        :KUBE-NODE-PORT - [0:0]
        :KUBE-POSTROUTING - [0:0]
        :KUBE-SERVICES - [0:0]
        -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES
        -A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING
        -A KUBE-LOAD-BALANCER -m comment --comment "Kubernetes service load balancer ip + port with externalTrafficPolicy=local" -m set --match-set KUBE-LOAD-BALANCER-LOCAL dst,dst -j RETURN
        -A KUBE-LOAD-BALANCER -j KUBE-MARK-MASQ
        -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
        -A KUBE-NODE-PORT -p tcp -m comment --comment "Kubernetes nodeport TCP port with externalTrafficPolicy=local" -m set --match-set KUBE-NODE-PORT-LOCAL-TCP dst -j RETURN
        -A KUBE-NODE-PORT -p tcp -m comment --comment "Kubernetes nodeport TCP port for masquerade purpose" -m set --match-set KUBE-NODE-PORT-TCP dst -j KUBE-MARK-MASQ
        -A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin purpose" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE
        -A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN
        -A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0
        -A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully
        -A KUBE-SERVICES -s 127.0.0.0/8 -j RETURN
        -A KUBE-SERVICES -m comment --comment "Kubernetes service lb portal" -m set --match-set KUBE-LOAD-BALANCER dst,dst -j KUBE-LOAD-BALANCER
        -A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment --comment "Kubernetes service cluster ip + port for masquerade purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ
        -A KUBE-SERVICES -m addrtype --dst-type LOCAL -j KUBE-NODE-PORT
        -A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT
        -A KUBE-SERVICES -m set --match-set KUBE-LOAD-BALANCER dst,dst -j ACCEPT
        COMMIT
        *filter
        :INPUT ACCEPT [0:0]
        :FORWARD ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :KUBE-FORWARD - [0:0]
        :KUBE-IPVS-FILTER - [0:0]
        :KUBE-PROXY-FIREWALL - [0:0]
        :KUBE-SOURCE-RANGES-FIREWALL - [0:0]
        -A INPUT -m comment --comment "kubernetes ipvs access filter" -j KUBE-IPVS-FILTER
        -A INPUT -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kube-proxy firewall rules" -j KUBE-PROXY-FIREWALL
        -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
        -A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
        -A KUBE-IPVS-FILTER -m set --match-set KUBE-LOAD-BALANCER dst,dst -j RETURN
        -A KUBE-IPVS-FILTER -m set --match-set KUBE-CLUSTER-IP dst,dst -j RETURN
        -A KUBE-IPVS-FILTER -m conntrack --ctstate NEW -m set --match-set KUBE-IPVS-IPS dst -j REJECT --reject-with icmp-port-unreachable
        -A KUBE-PROXY-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port for load balancer with sourceRange" -m set --match-set KUBE-LOAD-BALANCER-FW dst,dst -j KUBE-SOURCE-RANGES-FIREWALL
        -A KUBE-SOURCE-RANGES-FIREWALL -m comment --comment "Kubernetes service load balancer ip + port + source cidr for packet filter purpose" -m set --match-set KUBE-LOAD-BALANCER-SOURCE-CIDR dst,dst,src -j RETURN
        -A KUBE-SOURCE-RANGES-FIREWALL -j DROP
        COMMIT
        """;

    /// <summary>The node, with two Services: default/web with all kinds of addresses, and kube-system/dns.</summary>
    /// <param name="withComments">Whether the sets' entries say whose they are, as ours do and kube-proxy's do not.</param>
    /// <param name="servers">Its virtual servers; null for those of the two.</param>
    public static NodeSnapshot Read(bool withComments = true, VirtualServer[]? servers = null) => Ask.Node(
        Rules + "\n4: kube-ipvs0: <BROADCAST,NOARP> mtu 1500 qdisc noop state DOWN\n    inet 10.96.0.10/32 scope global kube-ipvs0\n" +
        "    inet 10.96.0.53/32 scope global kube-ipvs0\n    inet 203.0.113.80/32 scope global kube-ipvs0\n" + Ask.Interfaces) with
    {
        Ipsets = new IpSetTable([.. All(withComments)]),
        Ipvs = new IpvsTable([.. servers ?? Servers()]),
    };

    public static VirtualServer[] Servers() =>
    [
        Of("tcp", "192.0.2.1:30080", "10.244.1.11:8080"),
        Of("tcp", "203.0.113.80:80", "10.244.1.11:8080") with { PersistenceSeconds = 10800 },
        Of("tcp", "10.96.0.10:80", "10.244.1.11:8080", "10.244.2.12:8080", "10.244.2.13:8080"),
        Of("udp", "10.96.0.53:53", "10.244.1.20:53", "10.244.2.20:53 3") with { Scheduler = "wrr" },
    ];

    public static VirtualServer Of(string protocol, string address, params string[] reals)
    {
        var at = Balancers.Real(address);
        return Balancers.Tcp("rr", reals) with
        {
            Key = new VirtualServerKey.Address(L4Protocol.TryParse(protocol, out var number) ? number : throw new FormatException(protocol), at.Address, at.Port),
        };
    }

    private static IEnumerable<IpSet> All(bool withComments)
    {
        yield return Set("KUBE-CLUSTER-IP", "hash:ip,port", ("10.96.0.10,tcp:80", "default/web:http"), ("10.96.0.53,udp:53", "kube-system/dns"));
        yield return Set("KUBE-LOAD-BALANCER", "hash:ip,port", ("203.0.113.80,tcp:80", "default/web:http"));
        yield return Set("KUBE-LOAD-BALANCER-LOCAL", "hash:ip,port", ("203.0.113.80,tcp:80", "default/web:http"));
        yield return Set("KUBE-LOAD-BALANCER-FW", "hash:ip,port", ("203.0.113.80,tcp:80", "default/web:http"));
        yield return Set("KUBE-LOAD-BALANCER-SOURCE-CIDR", "hash:ip,port,net", ("203.0.113.80,tcp:80,198.51.100.0/24", "default/web:http"));
        yield return Set("KUBE-NODE-PORT-TCP", "bitmap:port", ("30080", "default/web:http"));
        yield return Set("KUBE-NODE-PORT-LOCAL-TCP", "bitmap:port", ("30080", "default/web:http"));
        yield return Set("KUBE-LOOP-BACK", "hash:ip,port,ip", ("10.244.1.11,tcp:8080,10.244.1.11", ""));
        yield return Set("KUBE-IPVS-IPS", "hash:ip", ("10.96.0.10", ""), ("10.96.0.53", ""), ("203.0.113.80", ""));

        IpSet Set(string name, string type, params (string Entry, string Comment)[] entries)
        {
            var set = Sets.Of(name, type, [.. entries.Select(e => e.Entry)]);
            return set with { Entries = [.. set.Entries.Select((e, i) => e with { Comment = withComments && entries[i].Comment.Length > 0 ? entries[i].Comment : null })] };
        }
    }
}
