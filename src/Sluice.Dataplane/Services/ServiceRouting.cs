using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Dataplane.Services;

/// <summary>Finds where the chains of Services send their packets.</summary>
/// <param name="nat">The table of these chains.</param>
internal sealed class ServiceRouting(Table nat)
{
    private const int MaxDepth = 5;

    private readonly EndpointWalk _walk = new(nat);

    /// <summary>The Service with its endpoints and policies.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="hash">The part of the names of its chains that they share; null when rules name none.</param>
    public ServiceInfo Complete(ServiceInfo service, string? hash)
    {
        var chosen = hash is not null && nat.FindChain(ServiceChains.ClusterOf(hash)) is { } cluster
            ? cluster.Name
            : (service.Addresses.FirstOrDefault(a => a.Kind == ServiceAddressKind.ClusterIP && a.Target is not null)
                ?? service.Addresses.FirstOrDefault(a => a.Target is not null))?.Target;
        if (chosen is null)
        {
            return service;
        }

        service = service with { Chain = chosen, Endpoints = Below(chosen), HasAffinity = _walk.HasAffinity };
        var addresses = new ServiceAddress[service.Addresses.Count];
        var known = (Target: chosen, service.Endpoints, Refusal: (RuleReference?)null);
        for (var i = 0; i < addresses.Length; i++)
        {
            var address = service.Addresses[i];
            if (address.Target is not { } target)
            {
                addresses[i] = address;
                continue;
            }

            var policy = PolicyOf(target, depth: 0);
            if (policy != TrafficPolicy.Cluster && target != known.Target)
            {
                // Node ports and load balancers mostly share one chain.
                known = (target, Below(target), _walk.Refusal);
            }

            var (endpoints, refusal) = policy == TrafficPolicy.Cluster ? (service.Endpoints, null) : (known.Endpoints, known.Refusal);
            addresses[i] = address with { Endpoints = endpoints, Refusal = address.Refusal ?? RefusalOf(endpoints, refusal) };
            service = AddPolicy(service, address, policy, endpoints);
        }

        return service with { Addresses = new EquatableArray<ServiceAddress>(addresses) };
    }

    private EquatableArray<ServiceEndpoint> Below(string name) => nat.FindChain(name) is { } chain
        ? _walk.Below(chain)
        : [new ServiceEndpoint(null, null, Netfilter.Tracing.Probability.One, name)];

    private static ServiceRefusal? RefusalOf(EquatableArray<ServiceEndpoint> endpoints, RuleReference? rule) => endpoints.Count > 0 || rule is null
        ? null
        : new ServiceRefusal(
            rule.Rule.Verdict is Verdict.Reject ? RefusalAction.Reject : RefusalAction.Drop,
            ServiceComment.Read(rule.Rule.Comment)?.Role ?? rule.Rule.Comment ?? "",
            rule);

    private ServiceInfo AddPolicy(ServiceInfo service, ServiceAddress address, TrafficPolicy? policy, EquatableArray<ServiceEndpoint> endpoints)
    {
        if (policy == TrafficPolicy.Local && service.LocalEndpoints.Count == 0 && !endpoints.Equals(service.Endpoints))
        {
            service = service with { LocalEndpoints = endpoints };
        }

        if (address.Kind == ServiceAddressKind.ClusterIP)
        {
            return service with { InternalPolicy = service.InternalPolicy ?? policy };
        }

        return service with
        {
            ExternalPolicy = service.ExternalPolicy ?? policy,
            SourceRanges = ServiceChains.IsFirewall(address.Target) && nat.FindChain(address.Target!) is { } firewall ? SourcesOf(firewall) : service.SourceRanges,
        };
    }

    // Which endpoints the chain offers to clients outside the cluster; null when it does not tell.
    private TrafficPolicy? PolicyOf(string name, int depth)
    {
        if (ServiceChains.IsCluster(name) || ServiceChains.IsLocal(name))
        {
            return ServiceChains.IsLocal(name) ? TrafficPolicy.Local : TrafficPolicy.Cluster;
        }

        if (depth > MaxDepth || nat.FindChain(name) is not { } chain)
        {
            return null;
        }

        var isFirewall = ServiceChains.IsFirewall(chain.Name);
        foreach (var rule in chain.Rules)
        {
            var facts = RuleFacts.Of(rule);
            if (facts.Target is not { } target || ServiceChains.Hash(target) is null || (facts.HasCondition && !isFirewall))
            {
                continue;
            }

            return PolicyOf(target, depth + 1);
        }

        // A chain for external traffic that sends only clients of the cluster on has no endpoint of this node for the others.
        return ServiceChains.IsExternal(chain.Name) ? TrafficPolicy.Local : null;
    }

    private static EquatableArray<Prefix> SourcesOf(Chain chain) => chain.Rules
        .Where(r => ServiceChains.Hash(RuleFacts.Of(r).Target) is not null)
        .Select(r => r.Find<AddressMatch>())
        .OfType<AddressMatch>()
        .Where(m => m.End == PacketEnd.Source && !m.Inverted)
        .Select(m => m.Prefix)
        .ToEquatableArray();
}
