using System.Diagnostics;
using Sluice.Net;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>Makes the iptables rules of IPVS mode. They name sets, never a Service: none changes when a Service does.</summary>
internal sealed class IpvsRuleMaker(IpvsLayout layout)
{
    private const string SourceIsLocal = "-m addrtype --src-type LOCAL";
    private const string IsLocal = "-m addrtype --dst-type LOCAL";

    private readonly IPFamily _family = layout.Family;
    private readonly string _mark = FixedRules.TextOf(layout.Options.MasqueradeMark);
    private readonly TrafficDetector? _detector = TrafficDetector.Of(layout.Node.LocalDetector, layout.Family);

    /// <summary>All chains, in the order of <see cref="IpvsChains.All"/>.</summary>
    /// <exception cref="ArgumentException">An interface's name is none that Linux allows.</exception>
    public IReadOnlyList<PlannedChain> Make()
    {
        var chains = IpvsChains.All.Select(c => new PlannedChain(c.Table, c.Chain, RulesOf(c.Table, c.Chain).ToEquatableArray()));
        return layout.Options.IsSigned ? [.. chains, new PlannedChain("nat", SharedChains.Signature, [])] : [.. chains];
    }

    private IEnumerable<string> RulesOf(string table, string chain) => (table, chain) switch
    {
        ("mangle", IpvsChains.Firewall) => [DropNoLocal, $"{Asks(IpvsSet.LoadBalancerFirewall)} {AsksNot(IpvsSet.LoadBalancerSourceCidr, "dst,dst,src")} {AsksNot(IpvsSet.LoadBalancerSourceIP, "dst,dst,src")} -j DROP"],
        ("filter", IpvsChains.Firewall) => [DropNoLocal, $"{Commented(IpvsSet.NoLocalExternal)}{NotFromPod} -m addrtype ! --src-type LOCAL -j DROP"],
        ("filter", SharedChains.Forward) => FixedRules.Forwarding(_mark),
        ("filter", IpvsChains.NodePort) => [$"{Commented(IpvsSet.HealthCheckNodePort, "dst")} -j ACCEPT"],
        ("filter", SharedChains.ProxyFirewall) => [$"{Commented(IpvsSet.LoadBalancerFirewall)} -j {IpvsChains.SourceRanges}"],
        ("filter", IpvsChains.SourceRanges) =>
        [
            $"{Commented(IpvsSet.LoadBalancerSourceCidr, "dst,dst,src")} -j RETURN", $"{Commented(IpvsSet.LoadBalancerSourceIP, "dst,dst,src")} -j RETURN", "-j DROP",
        ],
        ("filter", IpvsChains.Filter) => AccessFilter(),
        ("filter", IpvsChains.OutFilter) => [],
        ("nat", SharedChains.Services) => Services(),
        ("nat", SharedChains.Postrouting) => [$"{Commented(IpvsSet.LoopBack, "dst,dst,src")} -j MASQUERADE", .. FixedRules.Postrouting(_mark, layout.Options.RandomFully)],
        ("nat", IpvsChains.NodePort) =>
        [
            .. NodePorts("tcp", IpvsSet.NodePortLocalTcp, IpvsSet.NodePortTcp, "dst"),
            .. NodePorts("udp", IpvsSet.NodePortLocalUdp, IpvsSet.NodePortUdp, "dst"),
            .. NodePorts("sctp", IpvsSet.NodePortLocalSctp, IpvsSet.NodePortSctp, "dst,dst"),
        ],
        ("nat", IpvsChains.LoadBalancer) => [.. MarkOwn("", IpvsSet.LoadBalancerLocal, "dst,dst"), $"{Commented(IpvsSet.LoadBalancerLocal)} -j RETURN", $"-j {SharedChains.MarkMasquerade}"],
        ("nat", SharedChains.MarkMasquerade) => [FixedRules.Marking(_mark)],
        _ => throw new UnreachableException(),
    };

    private string DropNoLocal => $"{Commented(IpvsSet.NoLocal)} -j DROP";

    private string NotFromPod => _detector is null ? "" : " " + _detector.IfNotLocal;

    // An address of a Service is settled before node ports are asked: its port may be the number of another Service's node port.
    private IEnumerable<string> Services()
    {
        yield return $"-s {(_family == IPFamily.IPv4 ? "127.0.0.0/8" : "::1/128")} -j RETURN";
        yield return $"{Commented(IpvsSet.LoadBalancer)} -j {IpvsChains.LoadBalancer}";

        // A program that connects to an address of this node is given that address as its own: what comes from a Service's address is the node's.
        yield return layout.Node.MasqueradeAll ? $"{Commented(IpvsSet.ClusterIP)} -j {SharedChains.MarkMasquerade}"
            : _detector is null ? $"{Commented(IpvsSet.ClusterIP, "src,dst")} -j {SharedChains.MarkMasquerade}"
            : $"{Commented(IpvsSet.ClusterIP)} {_detector.IfNotLocal} -j {SharedChains.MarkMasquerade}";
        yield return $"{Commented(IpvsSet.ExternalIP)} -j {SharedChains.MarkMasquerade}";
        foreach (var rule in MarkOwn("", IpvsSet.ExternalIPLocal, "dst,dst"))
        {
            yield return rule;
        }

        foreach (var set in (IpvsSet[])[IpvsSet.ExternalIP, IpvsSet.ExternalIPLocal, IpvsSet.ClusterIP, IpvsSet.LoadBalancer])
        {
            yield return $"{Asks(set)} -j ACCEPT";
        }

        foreach (var destination in layout.Node.ServesNodePortsEverywhere(_family) ? [IsLocal] : layout.NodePortIPs.Select(a => $"-d {a}"))
        {
            yield return $"{destination} -j {IpvsChains.NodePort}";
        }
    }

    private IEnumerable<string> NodePorts(string protocol, IpvsSet local, IpvsSet all, string ends) =>
    [
        .. MarkOwn($"-p {protocol} ", local, ends),
        $"-p {protocol} {Commented(local, ends)} -j RETURN",
        $"-p {protocol} {Commented(all, ends)} -j {SharedChains.MarkMasquerade}",
    ];

    // With Local policy clients keep their address, but the node's own packets go to other nodes too, and the answers must come back.
    private IEnumerable<string> MarkOwn(string match, IpvsSet set, string ends) =>
        [$"{match}{Commented(set, ends)}{NotFromPod} {SourceIsLocal} -j {SharedChains.MarkMasquerade}"];

    // Of addresses of Services only the Services' ports, and the ports that load balancers ask for health there (kubernetes issue 72236).
    private IEnumerable<string> AccessFilter() =>
    [
        .. ((IpvsSet[])[IpvsSet.LoadBalancer, IpvsSet.ClusterIP, IpvsSet.ExternalIP, IpvsSet.ExternalIPLocal]).Select(s => $"{Asks(s)} -j RETURN"),
        $"{Asks(IpvsSet.HealthCheckNodePort, "dst")} -j RETURN",
        $"-m conntrack --ctstate NEW {Asks(IpvsSet.VirtualIPs, "dst")} -j REJECT",
    ];

    private string Commented(IpvsSet set, string ends = "dst,dst") => $"{PortTexts.Commented(IpvsSets.CommentOf(set))} {Asks(set, ends)}";

    private string Asks(IpvsSet set, string ends = "dst,dst") => $"-m set --match-set {IpvsSets.NameOf(set, _family)} {ends}";

    private string AsksNot(IpvsSet set, string ends) => $"-m set ! --match-set {IpvsSets.NameOf(set, _family)} {ends}";
}
