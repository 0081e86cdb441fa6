using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>
/// Plans the iptables rules of one address family as kube-proxy 1.36 would write them, rule by rule: same chains, same text. Pure;
/// planning a Service port costs as much as that port has endpoints.
/// </summary>
/// <param name="options">What shapes the plan besides Services and the node.</param>
public sealed class IptablesPlanner(IptablesPlanOptions options)
{
    private const string NodePortsComment =
        "-m comment --comment \"kubernetes service nodeports; NOTE: this must be the last rule in this chain\"";

    private readonly string _mark = FixedRules.TextOf(options.MasqueradeMark);

    /// <summary>The rules of a Service port on a node.</summary>
    /// <param name="port">The Service port.</param>
    /// <param name="node">The node.</param>
    /// <param name="isLargeCluster">Whether rules about single endpoints go without comments, to be shorter.</param>
    /// <exception cref="ArgumentException">A name is none that Kubernetes allows, so that it must not become part of a rule.</exception>
    public ServicePlan Plan(PortIntent port, NodeProfile node, bool isLargeCluster)
    {
        var texts = new PortTexts(port);
        return new ServicePlan(
            Chains(port, node, texts, isLargeCluster).Plan(), new DispatchRules(port, texts, DispatchRules.CountsLocalhost(options, node)).Plan());
    }

    /// <summary>One chain of a Service port: an endpoint's, or one of the other kinds.</summary>
    internal PlannedChain PlanChain(PortIntent port, NodeProfile node, bool isLargeCluster, ServiceChainKind kind, Endpoint? endpoint)
    {
        var chains = Chains(port, node, new PortTexts(port), isLargeCluster);
        return endpoint is null ? chains.Plan(kind) : chains.Plan(endpoint);
    }

    /// <summary>The rules of a Service port in the chains shared by all.</summary>
    internal EquatableArray<PlannedRule> PlanDispatch(PortIntent port, NodeProfile node) =>
        new DispatchRules(port, new PortTexts(port), DispatchRules.CountsLocalhost(options, node)).Plan();

    /// <summary>
    /// The chains of a node without any Service. The rules that Services add to one of them
    /// (<see cref="SharedChains.Dispatching"/>) stand before these.
    /// </summary>
    /// <exception cref="ArgumentException">An interface's name is none that Linux allows.</exception>
    public IEnumerable<PlannedChain> SharedChainsOf(NodeProfile node)
    {
        foreach (var (table, chain) in SharedChains.All)
        {
            yield return new PlannedChain(table, chain, (table, chain) switch
            {
                ("filter", SharedChains.Forward) => Forwarding(),
                ("filter", SharedChains.KubeletFirewall) => LocalnetGuard(node),
                ("nat", SharedChains.Services) => NodePortJumps(node),
                ("nat", SharedChains.Postrouting) => [.. FixedRules.Postrouting(_mark, options.RandomFully)],
                ("nat", SharedChains.MarkMasquerade) => [FixedRules.Marking(_mark)],
                _ => [],
            });
        }

        if (options.IsSigned)
        {
            yield return new PlannedChain("nat", SharedChains.Signature, []);
        }
    }

    private PortChains Chains(PortIntent port, NodeProfile node, PortTexts texts, bool isLargeCluster) =>
        new(port, node, texts, TrafficDetector.Of(node.LocalDetector, options.Family), isLargeCluster);

    private EquatableArray<string> Forwarding()
    {
        var accept = FixedRules.Forwarding(_mark);
        var counter = options.CountsPackets ? "-m nfacct --nfacct-name ct_state_invalid_dropped_pkts " : "";
        return options.DropInvalid ? [$"-m conntrack --ctstate INVALID {counter}-j DROP", .. accept] : [.. accept];
    }

    // Node ports on 127/8 need route_localnet, which would let neighbours reach what listens on loopback (kubernetes issue 90259).
    private EquatableArray<string> LocalnetGuard(NodeProfile node) => options.Family == IPFamily.IPv4 && node.LocalhostNodePorts
        ? ["-m comment --comment \"block incoming localnet connections\" -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP"]
        : [];

    private EquatableArray<string> NodePortJumps(NodeProfile node)
    {
        if (NodePortAddresses.Of(node, options.Family) is { } addresses)
        {
            return addresses.Select(a => $"{NodePortsComment} -d {a} -j {SharedChains.NodePorts}").ToEquatableArray();
        }

        var exception = options.Family == IPFamily.IPv6 ? " ! -d ::1/128" : node.LocalhostNodePorts ? "" : " ! -d 127.0.0.0/8";
        return [$"{NodePortsComment} -m addrtype --dst-type LOCAL{exception} -j {SharedChains.NodePorts}"];
    }
}
