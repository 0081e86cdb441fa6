using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Dataplane.Services;

/// <summary>Finds where the chains of one Service send its packets.</summary>
/// <param name="nat">The table of these chains.</param>
/// <param name="hash">The part of their names that they share; null when rules name none.</param>
internal sealed class ServiceRouting(Table nat, string? hash)
{
    private readonly EndpointWalk _walk = new(nat);

    /// <summary>The Service with its endpoints and policies.</summary>
    public ServiceInfo Complete(ServiceInfo service)
    {
        var entry = service.Addresses.FirstOrDefault(a => a.Kind == ServiceAddressKind.ClusterIP && a.Target is not null)
            ?? service.Addresses.FirstOrDefault(a => a.Target is not null);
        if (entry?.Target is not { } target)
        {
            return service;
        }

        var isInternal = entry.Kind == ServiceAddressKind.ClusterIP;
        var chosen = isInternal || hash is null || nat.FindChain(ServiceChains.ClusterOf(hash)) is null ? target : ServiceChains.ClusterOf(hash);
        service = service with
        {
            Chain = chosen,
            InternalPolicy = service.InternalPolicy ?? (!isInternal ? null
                : ServiceChains.IsLocal(target) ? TrafficPolicy.Local
                : ServiceChains.IsCluster(target) ? TrafficPolicy.Cluster : null),
        };
        if (nat.FindChain(chosen) is not { } chain)
        {
            return service with { Endpoints = [new ServiceEndpoint(null, null, Netfilter.Tracing.Probability.One, chosen)] };
        }

        service = service with { Endpoints = _walk.Below(chain), HasAffinity = _walk.HasAffinity };
        return CompleteExternal(service);
    }

    private ServiceInfo CompleteExternal(ServiceInfo service)
    {
        foreach (var address in service.Addresses)
        {
            if (address.Kind == ServiceAddressKind.ClusterIP || address.Target is null || nat.FindChain(address.Target) is not { } chain)
            {
                continue;
            }

            if (ServiceChains.IsFirewall(chain.Name))
            {
                service = service with { SourceRanges = SourcesOf(chain) };
            }

            service = service with { ExternalPolicy = service.ExternalPolicy ?? PolicyOf(chain, depth: 0) };
            if (service.ExternalPolicy == TrafficPolicy.Local)
            {
                service = AddLocal(service, address, chain);
            }
        }

        return service;
    }

    private ServiceInfo AddLocal(ServiceInfo service, ServiceAddress address, Chain chain)
    {
        var local = _walk.Below(chain);
        if (local.Count > 0 && service.LocalEndpoints.Count == 0 && !local.Equals(service.Endpoints))
        {
            service = service with { LocalEndpoints = local };
        }

        if (local.Count > 0 || address.Refusal is not null || _walk.Refusal is not { } place)
        {
            return service;
        }

        var reason = ServiceComment.Read(place.Rule.Comment)?.Role ?? place.Rule.Comment ?? "";
        var refused = address with { Refusal = new ServiceRefusal(RefusalAction.Drop, reason, place) };
        return service with { Addresses = service.Addresses.Select(a => ReferenceEquals(a, address) ? refused : a).ToEquatableArray() };
    }

    // Which endpoints the chain offers to clients outside the cluster; null when it does not tell.
    private TrafficPolicy? PolicyOf(Chain chain, int depth)
    {
        if (ServiceChains.IsCluster(chain.Name) || ServiceChains.IsLocal(chain.Name))
        {
            return ServiceChains.IsLocal(chain.Name) ? TrafficPolicy.Local : TrafficPolicy.Cluster;
        }

        var isFirewall = ServiceChains.IsFirewall(chain.Name);
        foreach (var rule in chain.Rules)
        {
            var facts = RuleFacts.Of(rule);
            if (facts.Target is not { } target || ServiceChains.Hash(target) is null || (facts.HasCondition && !isFirewall))
            {
                continue;
            }

            return ServiceChains.IsLocal(target) ? TrafficPolicy.Local
                : ServiceChains.IsCluster(target) ? TrafficPolicy.Cluster
                : nat.FindChain(target) is { } next && depth < 5 ? PolicyOf(next, depth + 1)
                : null;
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
