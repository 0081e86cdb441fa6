using System.Diagnostics;
using System.Globalization;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>The rules of one Service port: its rules in shared chains, and its own chains.</summary>
internal sealed class PortRules
{
    private static readonly ServiceChainKind[] s_kinds = [ServiceChainKind.External, ServiceChainKind.Firewall, ServiceChainKind.Cluster, ServiceChainKind.Local];

    private readonly PortIntent _port;
    private readonly NodeProfile _node;
    private readonly bool _isLarge;
    private readonly bool _countsLocalhost;
    private readonly string _name;
    private readonly string _protocol;
    private readonly string _external;
    private readonly string _firewall;
    private readonly string _cluster;
    private readonly string _local;
    private readonly TrafficDetector? _detector;

    /// <summary>The rules of a port on a node.</summary>
    /// <exception cref="ArgumentException">A name is none that Kubernetes or Linux allows.</exception>
    public PortRules(PortIntent port, NodeProfile node, IptablesPlanOptions options, bool isLarge)
    {
        (_port, _node, _isLarge) = (port, node, isLarge);
        _countsLocalhost = CountsLocalhost(options, node);
        _name = RuleText.Checked(port.Name);
        _protocol = $"-m {port.Name.Protocol} -p {port.Name.Protocol}";
        var hash = ChainNaming.HashOf(port.Name);
        _external = ChainNaming.ExternalPrefix + hash;
        _firewall = ChainNaming.FirewallPrefix + hash;
        _cluster = ChainNaming.ClusterPrefix + hash;
        _local = ChainNaming.LocalPrefix + hash;
        _detector = TrafficDetector.Of(node.LocalDetector, options.Family);
    }

    private EndpointChoice Endpoints => _port.Endpoints;

    private bool HasExternal => HasExternalEndpoints(_port);

    private bool UsesFirewall => HasFirewall(_port);

    private string InternalChain => _port.InternalPolicyLocal ? _local : _cluster;

    /// <summary>Adds how many rules a port has in each chain of <see cref="SharedChains.Dispatching"/>.</summary>
    public static void Count(PortIntent port, IptablesPlanOptions options, NodeProfile node, Span<int> counts)
    {
        var hasAny = port.Endpoints.HasAny;
        var outside = port.ExternalIPs.Count + port.LoadBalancerIPs.Count;
        var hasNodePort = port.NodePort != 0;
        counts[(int)DispatchChain.FilterServices] += HasInternalEndpoints(port) ? 0 : 1;
        counts[(int)DispatchChain.ExternalServices] += HasExternalEndpoints(port) ? 0 : outside + (hasNodePort ? 1 : 0);
        counts[(int)DispatchChain.HealthChecks] += port.HealthCheckNodePort != 0 ? 1 : 0;
        counts[(int)DispatchChain.ProxyFirewall] += HasFirewall(port) ? port.LoadBalancerIPs.Count : 0;
        counts[(int)DispatchChain.NatServices] += (HasInternalEndpoints(port) ? 1 : 0) + (hasAny ? outside : 0);
        counts[(int)DispatchChain.NodePorts] += !hasNodePort || !hasAny ? 0 : CountsLocalhost(options, node) ? 2 : 1;
    }

    /// <summary>The port's rules in shared chains.</summary>
    public EquatableArray<PlannedRule> Dispatch()
    {
        var rules = new List<PlannedRule>(4);
        var verdict = $"{_name} has no {(Endpoints.HasAny ? "local endpoints" : "endpoints")}";
        var refuse = Endpoints.HasAny ? "DROP" : "REJECT";
        rules.Add(HasInternalEndpoints(_port)
            ? new PlannedRule("nat", SharedChains.Services, To($"{_name} cluster IP", _port.ClusterIP, InternalChain))
            : new PlannedRule("filter", SharedChains.Services, To(verdict, _port.ClusterIP, refuse)));
        foreach (var address in _port.ExternalIPs)
        {
            if (Endpoints.HasAny)
            {
                rules.Add(new PlannedRule("nat", SharedChains.Services, To($"{_name} external IP", address, _external)));
            }

            if (!HasExternal)
            {
                rules.Add(new PlannedRule("filter", SharedChains.ExternalServices, To(verdict, address, refuse)));
            }
        }

        foreach (var address in _port.LoadBalancerIPs)
        {
            if (Endpoints.HasAny)
            {
                rules.Add(new PlannedRule("nat", SharedChains.Services, To($"{_name} loadbalancer IP", address, UsesFirewall ? _firewall : _external)));
            }

            if (UsesFirewall)
            {
                rules.Add(new PlannedRule("filter", SharedChains.ProxyFirewall, To($"{_name} traffic not accepted by {_firewall}", address, "DROP")));
            }

            if (!HasExternal)
            {
                rules.Add(new PlannedRule("filter", SharedChains.ExternalServices, To(verdict, address, refuse)));
            }
        }

        AddNodePorts(rules, verdict, refuse);
        return rules.ToEquatableArray();
    }

    /// <summary>The chains of the port alone.</summary>
    public EquatableArray<PlannedChain> Chains()
    {
        var chains = new List<PlannedChain>(Endpoints.All.Count + 2);
        foreach (var kind in s_kinds)
        {
            if (Has(_port, kind))
            {
                chains.Add(Chain(kind));
            }
        }

        if (Endpoints.HasAny)
        {
            foreach (var endpoint in Endpoints.All)
            {
                chains.Add(Translation(endpoint));
            }
        }

        return chains.ToEquatableArray();
    }

    /// <summary>Whether a port has a chain of a kind, endpoints' aside.</summary>
    public static bool Has(PortIntent port, ServiceChainKind kind) => port.Endpoints.HasAny && kind switch
    {
        ServiceChainKind.External => port.IsExternallyAccessible,
        ServiceChainKind.Firewall => HasFirewall(port),
        ServiceChainKind.Cluster => port.UsesClusterEndpoints && port.Endpoints.Cluster.Count > 0,
        ServiceChainKind.Local => port.UsesLocalEndpoints && port.Endpoints.Local.Count > 0,
        _ => throw new UnreachableException(),
    };

    /// <summary>The port's chain of a kind, endpoints' aside.</summary>
    public PlannedChain Chain(ServiceChainKind kind) => kind switch
    {
        ServiceChainKind.External => Chain(_external, [.. External()]),
        ServiceChainKind.Firewall => Chain(_firewall, Firewall()),
        ServiceChainKind.Cluster => Chain(_cluster, Balancing(_cluster, Endpoints.Cluster)),
        ServiceChainKind.Local => Chain(_local, Balancing(_local, Endpoints.Local)),
        _ => throw new UnreachableException(),
    };

    /// <summary>The chain of an endpoint.</summary>
    public PlannedChain Translation(Endpoint endpoint)
    {
        var chain = ChainNaming.EndpointChain(_port.Name, endpoint);
        var comment = _isLarge ? "" : $"-m comment --comment {_name} ";
        var remember = _port.AffinitySeconds is null ? "" : $"-m recent --name {chain} --set ";
        return Chain(chain,
        [
            $"{comment}-s {endpoint.Address} -j {SharedChains.MarkMasquerade}",
            $"{comment}{remember}{_protocol} -j DNAT --to-destination {endpoint}",
        ]);
    }

    private static bool HasInternalEndpoints(PortIntent port) => port.Endpoints.HasAny && (!port.InternalPolicyLocal || port.Endpoints.Local.Count > 0);

    private static bool HasExternalEndpoints(PortIntent port) => port.Endpoints.HasAny && (!port.ExternalPolicyLocal || port.Endpoints.Local.Count > 0);

    private static bool HasFirewall(PortIntent port) => port.Endpoints.HasAny && port.LoadBalancerIPs.Count > 0 && port.SourceRanges.Count > 0;

    private static bool CountsLocalhost(IptablesPlanOptions options, NodeProfile node) =>
        options is { CountsPackets: true, Family: IPFamily.IPv4 } && node.LocalhostNodePorts;

    private static PlannedChain Chain(string name, EquatableArray<string> rules) => new("nat", name, rules);

    private static string Commented(string comment) => $"-m comment --comment \"{comment}\"";

    private string To(string comment, NetAddress address, string target) =>
        $"{Commented(comment)} {_protocol} -d {address} --dport {_port.Port} -j {target}";

    private void AddNodePorts(List<PlannedRule> rules, string verdict, string refuse)
    {
        if (_port.NodePort != 0)
        {
            if (Endpoints.HasAny)
            {
                if (_countsLocalhost)
                {
                    rules.Add(ToNodePort("-d 127.0.0.0/8 ", "-m nfacct --nfacct-name localhost_nps_accepted_pkts "));
                }

                rules.Add(ToNodePort("", ""));
            }

            if (!HasExternal)
            {
                rules.Add(new PlannedRule(
                    "filter",
                    SharedChains.ExternalServices,
                    $"{Commented(verdict)} -m addrtype --dst-type LOCAL {_protocol} --dport {_port.NodePort} -j {refuse}"));
            }
        }

        if (_port.HealthCheckNodePort != 0)
        {
            rules.Add(new PlannedRule(
                "filter",
                SharedChains.NodePorts,
                $"{Commented($"{_name} health check node port")} -m tcp -p tcp --dport {_port.HealthCheckNodePort} -j ACCEPT"));
        }
    }

    private PlannedRule ToNodePort(string destination, string counter) => new(
        "nat",
        SharedChains.NodePorts,
        $"-m comment --comment {_name} {_protocol} {destination}--dport {_port.NodePort} {counter}-j {_external}");

    private IEnumerable<string> External()
    {
        if (!_port.ExternalPolicyLocal)
        {
            yield return $"{Commented($"masquerade traffic for {_name} external destinations")} -j {SharedChains.MarkMasquerade}";
            yield return $"-j {_cluster}";
            yield break;
        }

        // Pods and the node itself are served as if they had gone out and come back through a load balancer: from any endpoint.
        if (_detector is not null)
        {
            yield return $"{Commented($"pod traffic for {_name} external destinations")} {_detector.IfLocal} -j {_cluster}";
        }

        yield return $"{Commented($"masquerade LOCAL traffic for {_name} external destinations")} -m addrtype --src-type LOCAL -j {SharedChains.MarkMasquerade}";
        yield return $"{Commented($"route LOCAL traffic for {_name} external destinations")} -m addrtype --src-type LOCAL -j {_cluster}";
        if (HasExternal)
        {
            yield return $"-j {_local}";
        }
    }

    private EquatableArray<string> Firewall()
    {
        var comment = Commented($"{_name} loadbalancer IP");
        var rules = _port.SourceRanges.Select(range => $"{comment} -s {range.ToCidrString()} -j {_external}").ToList();

        // Where the load balancer's address is also the node's, what the node sends to it has it as its source.
        if (_port.SourceRanges.Any(r => _node.NodeIPs.Any(r.Contains)))
        {
            rules.AddRange(_port.LoadBalancerIPs.Select(address => $"{comment} -s {address} -j {_external}"));
        }

        rules.Add(Commented($"other traffic to {_name} will be dropped by KUBE-PROXY-FIREWALL"));
        return rules.ToEquatableArray();
    }

    private EquatableArray<string> Balancing(string chain, EquatableArray<Endpoint> endpoints)
    {
        var rules = new List<string>((endpoints.Count * (_port.AffinitySeconds is null ? 1 : 2)) + 1);
        if (chain == InternalChain && Masquerading() is { } masquerade)
        {
            rules.Add(masquerade);
        }

        if (_port.AffinitySeconds is { } seconds)
        {
            foreach (var endpoint in endpoints)
            {
                var name = ChainNaming.EndpointChain(_port.Name, endpoint);
                rules.Add($"{Toward(endpoint)}-m recent --name {name} --rcheck --seconds {seconds} --reap -j {name}");
            }
        }

        for (var i = 0; i < endpoints.Count; i++)
        {
            var left = endpoints.Count - i;
            var share = left == 1 ? "" : $"-m statistic --mode random --probability {Probability(left)} ";
            rules.Add($"{Toward(endpoints[i])}{share}-j {ChainNaming.EndpointChain(_port.Name, endpoints[i])}");
        }

        return rules.ToEquatableArray();
    }

    private static string Probability(int choices) => (1.0 / choices).ToString("F10", CultureInfo.InvariantCulture);

    private string? Masquerading()
    {
        var notLocal = _node.MasqueradeAll ? "" : _detector is null ? null : _detector.IfNotLocal + " ";
        return notLocal is null
            ? null
            : $"{Commented($"{_name} cluster IP")} {_protocol} -d {_port.ClusterIP} --dport {_port.Port} {notLocal}-j {SharedChains.MarkMasquerade}";
    }

    private string Toward(Endpoint endpoint) => _isLarge ? "" : Commented($"{_name} -> {endpoint}") + " ";
}
