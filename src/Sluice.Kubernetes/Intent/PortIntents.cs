using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>Says what a Service's ports mean on a node.</summary>
public static class PortIntents
{
    /// <summary>
    /// The ports of a Service on a node, in the order of <c>spec.ports</c>. Empty when the node does not route it: another proxy's,
    /// ExternalName, headless, or without a cluster address of the family.
    /// </summary>
    /// <param name="service">The Service.</param>
    /// <param name="slices">Its EndpointSlices.</param>
    /// <param name="node">The node that routes.</param>
    /// <param name="family">The family to route.</param>
    public static EquatableArray<PortIntent> Of(Service service, IReadOnlyList<EndpointSlice> slices, NodeProfile node, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(service);
        ArgumentNullException.ThrowIfNull(slices);
        ArgumentNullException.ThrowIfNull(node);
        if (service.HasOtherProxy || service.Type == ServiceType.ExternalName || FindClusterIP(service, family) is not { } clusterIP)
        {
            return [];
        }

        var ports = new PortIntent[service.Ports.Count];
        for (var i = 0; i < ports.Length; i++)
        {
            ports[i] = Of(service, service.Ports[i], clusterIP, slices, node);
        }

        return new EquatableArray<PortIntent>(ports);
    }

    private static NetAddress? FindClusterIP(Service service, IPFamily family)
    {
        foreach (var address in service.ClusterIPs)
        {
            if (address.Family == family)
            {
                return address;
            }
        }

        return null;
    }

    private static PortIntent Of(Service service, ServicePort port, NetAddress clusterIP, IReadOnlyList<EndpointSlice> slices, NodeProfile node)
    {
        var family = clusterIP.Family;
        var isExternalLocal = service.ExternalTrafficPolicy == TrafficPolicy.Local &&
            (service.Type is ServiceType.NodePort or ServiceType.LoadBalancer || service.ExternalIPs.Count > 0);
        var endpoints = EndpointMerge.Of(slices, port.Name, port.Protocol, node.Name, family);
        var intent = new PortIntent(new ServicePortName(service.Name, port.Name, port.Protocol), clusterIP, port.Port)
        {
            NodePort = port.NodePort,
            ExternalIPs = OfFamily(service.ExternalIPs, family),
            LoadBalancerIPs = OfFamily(service.LoadBalancerIPs, family),
            SourceRanges = SourceRanges(service, family),
            InternalPolicyLocal = service.InternalTrafficPolicy == TrafficPolicy.Local,
            ExternalPolicyLocal = isExternalLocal,
            AffinitySeconds = service.AffinitySeconds,
            // Only with a Local policy does it matter to a load balancer which nodes have endpoints.
            HealthCheckNodePort = isExternalLocal && service.Type == ServiceType.LoadBalancer ? service.HealthCheckNodePort : 0,
            EndpointCount = endpoints.Count,
            KnownEndpoints = endpoints,
            Endpoints = EndpointChoice.None,
        };
        return intent with
        {
            Endpoints = EndpointSelection.Choose(endpoints, intent.UsesClusterEndpoints, intent.UsesLocalEndpoints, node),
        };
    }

    private static EquatableArray<NetAddress> OfFamily(EquatableArray<NetAddress> addresses, IPFamily family) =>
        addresses.Count == 0 ? [] : addresses.Where(a => a.Family == family).ToEquatableArray();

    // Everyone may come from anywhere: then nothing needs to be asked.
    private static EquatableArray<Prefix> SourceRanges(Service service, IPFamily family)
    {
        if (service.SourceRanges.Count == 0)
        {
            return [];
        }

        var ranges = service.SourceRanges.Where(r => r.Family == family).ToEquatableArray();
        return ranges.Any(r => r.IsAny) ? [] : ranges;
    }
}
