using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>Smaller clusters: without a Service, port, slice, endpoint or feature of one.</summary>
internal static class EquationShrinker
{
    public static IEnumerable<EquationCluster> Shrink(EquationCluster cluster)
    {
        foreach (var services in Without(cluster.Services))
        {
            yield return cluster with { Services = services, Slices = cluster.Slices.Where(s => services.Any(x => x.Name == s.Service)).ToEquatableArray() };
        }

        foreach (var slices in Without(cluster.Slices))
        {
            yield return cluster with { Slices = slices };
        }

        foreach (var smaller in Each(cluster.Services, Shrink))
        {
            yield return cluster with { Services = smaller };
        }

        foreach (var smaller in Each(cluster.Slices, Shrink))
        {
            yield return cluster with { Slices = smaller };
        }

        foreach (var node in Shrink(cluster.Node).Where(n => n != cluster.Node))
        {
            yield return cluster with { Node = node };
        }
    }

    private static IEnumerable<Service> Shrink(Service service)
    {
        foreach (var ports in Without(service.Ports).Where(p => p.Count > 0))
        {
            yield return service with { Ports = ports };
        }

        Service[] plainer =
        [
            service with { Type = ServiceType.ClusterIP, LoadBalancerIPs = [], SourceRanges = [], HealthCheckNodePort = 0, Ports = service.Ports.Select(p => p with { NodePort = 0 }).ToEquatableArray() },
            service with { Ports = service.Ports.Select(p => p with { NodePort = 0 }).ToEquatableArray() },
            service with { LoadBalancerIPs = [] },
            service with { LoadBalancerIPs = service.LoadBalancerIPs.Take(1).ToEquatableArray() },
            service with { ExternalIPs = [] },
            service with { ClusterIPs = service.ClusterIPs.Take(1).ToEquatableArray() },
            service with { SourceRanges = [] },
            service with { SourceRanges = service.SourceRanges.Skip(1).ToEquatableArray() },
            service with { HealthCheckNodePort = 0 },
            service with { InternalTrafficPolicy = TrafficPolicy.Cluster },
            service with { ExternalTrafficPolicy = TrafficPolicy.Cluster },
            service with { AffinitySeconds = null },
            service with { HasOtherProxy = false },
        ];
        foreach (var smaller in plainer.Where(s => s != service))
        {
            yield return smaller;
        }
    }

    private static IEnumerable<EndpointSlice> Shrink(EndpointSlice slice)
    {
        foreach (var endpoints in Without(slice.Endpoints))
        {
            yield return slice with { Endpoints = endpoints };
        }

        foreach (var ports in Without(slice.Ports))
        {
            yield return slice with { Ports = ports };
        }

        foreach (var endpoints in Each(slice.Endpoints, Shrink))
        {
            yield return slice with { Endpoints = endpoints };
        }
    }

    private static IEnumerable<SliceEndpoint> Shrink(SliceEndpoint endpoint)
    {
        SliceEndpoint[] plainer =
        [
            endpoint with { ZoneHints = [] },
            endpoint with { NodeHints = [] },
            endpoint with { Ready = true, Serving = true, Terminating = false },
        ];
        return plainer.Where(e => e != endpoint);
    }

    private static NodeProfile[] Shrink(NodeProfile node) =>
    [
        node with { LocalDetector = LocalDetector.NotConfigured },
        node with { MasqueradeAll = false },
        node with { NodePortAddresses = [] },
        node with { NodePortAddresses = node.NodePortAddresses.Take(1).ToEquatableArray() },
        node with { LocalhostNodePorts = true },
        node with { Zone = null },
    ];

    // Halves first: most of a large cluster has nothing to do with a failure.
    private static IEnumerable<EquatableArray<T>> Without<T>(EquatableArray<T> items)
    {
        for (var size = items.Count; size > 0; size /= 2)
        {
            for (var start = 0; start < items.Count; start += size)
            {
                yield return items.Where((_, i) => i < start || i >= start + size).ToEquatableArray();
            }
        }
    }

    private static IEnumerable<EquatableArray<T>> Each<T>(EquatableArray<T> items, Func<T, IEnumerable<T>> shrink)
    {
        for (var i = 0; i < items.Count; i++)
        {
            foreach (var smaller in shrink(items[i]))
            {
                yield return items.Select((item, at) => at == i ? smaller : item).ToEquatableArray();
            }
        }
    }
}
