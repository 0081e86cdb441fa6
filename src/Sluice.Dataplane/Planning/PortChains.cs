using System.Diagnostics;
using System.Globalization;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>The chains of one Service port.</summary>
internal sealed class PortChains(PortIntent port, NodeProfile node, PortTexts texts, TrafficDetector? detector, bool isLarge)
{
    private static readonly ServiceChainKind[] s_kinds =
        [ServiceChainKind.External, ServiceChainKind.Firewall, ServiceChainKind.Cluster, ServiceChainKind.Local];

    /// <summary>All of them.</summary>
    public EquatableArray<PlannedChain> Plan()
    {
        var chains = new List<PlannedChain>(port.Endpoints.All.Count + 2);
        foreach (var kind in s_kinds)
        {
            if (PortShape.Has(port, kind))
            {
                chains.Add(Plan(kind));
            }
        }

        if (port.Endpoints.HasAny)
        {
            foreach (var endpoint in port.Endpoints.All)
            {
                chains.Add(Plan(endpoint));
            }
        }

        return chains.ToEquatableArray();
    }

    /// <summary>The chain of a kind, endpoints' aside.</summary>
    public PlannedChain Plan(ServiceChainKind kind) => kind switch
    {
        ServiceChainKind.Firewall => Chain(texts.Firewall, Firewall()),
        ServiceChainKind.External => Chain(texts.External, [.. External()]),
        ServiceChainKind.Cluster => Chain(texts.Cluster, Balancing(texts.Cluster, port.Endpoints.Cluster)),
        ServiceChainKind.Local => Chain(texts.Local, Balancing(texts.Local, port.Endpoints.Local)),
        _ => throw new UnreachableException(),
    };

    /// <summary>The chain of an endpoint.</summary>
    public PlannedChain Plan(Endpoint endpoint)
    {
        var chain = ChainNaming.EndpointChain(port.Name, endpoint);
        var comment = isLarge ? "" : $"-m comment --comment {texts.Name} ";
        var remember = port.AffinitySeconds is null ? "" : $"-m recent --name {chain} --set ";
        return Chain(chain,
        [
            $"{comment}-s {endpoint.Address} -j {SharedChains.MarkMasquerade}",
            $"{comment}{remember}{texts.Protocol} -j DNAT --to-destination {endpoint}",
        ]);
    }

    private static PlannedChain Chain(string name, EquatableArray<string> rules) => new("nat", name, rules);

    private static string Probability(int choices) => (1.0 / choices).ToString("F10", CultureInfo.InvariantCulture);

    private IEnumerable<string> External()
    {
        var traffic = $"for {texts.Name} external destinations";
        if (!port.ExternalPolicyLocal)
        {
            yield return $"{PortTexts.Commented($"masquerade traffic {traffic}")} -j {SharedChains.MarkMasquerade}";
            yield return $"-j {texts.Cluster}";
            yield break;
        }

        // Pods and the node itself are served as if they had gone out and come back through a load balancer: from any endpoint.
        if (detector is not null)
        {
            yield return $"{PortTexts.Commented($"pod traffic {traffic}")} {detector.IfLocal} -j {texts.Cluster}";
        }

        yield return $"{PortTexts.Commented($"masquerade LOCAL traffic {traffic}")} -m addrtype --src-type LOCAL -j {SharedChains.MarkMasquerade}";
        yield return $"{PortTexts.Commented($"route LOCAL traffic {traffic}")} -m addrtype --src-type LOCAL -j {texts.Cluster}";
        if (PortShape.HasExternal(port))
        {
            yield return $"-j {texts.Local}";
        }
    }

    private EquatableArray<string> Firewall()
    {
        var comment = PortTexts.Commented($"{texts.Name} loadbalancer IP");
        var rules = port.SourceRanges.Select(range => $"{comment} -s {range.ToCidrString()} -j {texts.External}").ToList();

        // Where the load balancer's address is also the node's, what the node sends to it has it as its source.
        if (port.SourceRanges.Any(r => node.NodeIPs.Any(r.Contains)))
        {
            rules.AddRange(port.LoadBalancerIPs.Select(address => $"{comment} -s {address} -j {texts.External}"));
        }

        rules.Add(PortTexts.Commented($"other traffic to {texts.Name} will be dropped by KUBE-PROXY-FIREWALL"));
        return rules.ToEquatableArray();
    }

    private EquatableArray<string> Balancing(string chain, EquatableArray<Endpoint> endpoints)
    {
        var rules = new List<string>((endpoints.Count * (port.AffinitySeconds is null ? 1 : 2)) + 1);
        if (chain == texts.Internal && Masquerading() is { } masquerade)
        {
            rules.Add(masquerade);
        }

        var chains = endpoints.Select(e => ChainNaming.EndpointChain(port.Name, e)).ToArray();
        for (var i = 0; port.AffinitySeconds is { } seconds && i < chains.Length; i++)
        {
            rules.Add($"{Toward(endpoints[i])}-m recent --name {chains[i]} --rcheck --seconds {seconds} --reap -j {chains[i]}");
        }

        for (var i = 0; i < chains.Length; i++)
        {
            var left = chains.Length - i;
            var share = left == 1 ? "" : $"-m statistic --mode random --probability {Probability(left)} ";
            rules.Add($"{Toward(endpoints[i])}{share}-j {chains[i]}");
        }

        return rules.ToEquatableArray();
    }

    private string? Masquerading()
    {
        var notLocal = node.MasqueradeAll ? "" : detector is null ? null : detector.IfNotLocal + " ";
        return notLocal is null
            ? null
            : $"{texts.To($"{texts.Name} cluster IP", port.ClusterIP, port.Port)} {notLocal}-j {SharedChains.MarkMasquerade}";
    }

    private string Toward(Endpoint endpoint) => isLarge ? "" : PortTexts.Commented($"{texts.Name} -> {endpoint}") + " ";
}
