using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>Puts the EndpointSlices of a Service together: which endpoints one of its ports has.</summary>
public static class EndpointMerge
{
    /// <summary>
    /// The endpoints of a Service port, each <c>address:port</c> once, in the order of their text. A slice serves the port if it has
    /// one of the same name and protocol; the number is the slice's own. When slices name the same <c>address:port</c> twice (a pod
    /// ends and its address is given to another), the one that is not about to end counts, else that of the first slice by name.
    /// </summary>
    /// <param name="slices">The Service's slices; those of other families and headless ones are left out.</param>
    /// <param name="portName">The name of the Service port; often empty.</param>
    /// <param name="protocol">Its protocol.</param>
    /// <param name="nodeName">The node that routes: endpoints on it are local.</param>
    /// <param name="family">The family to route.</param>
    public static EquatableArray<Endpoint> Of(
        IReadOnlyList<EndpointSlice> slices, string portName, L4Protocol protocol, string nodeName, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(slices);
        var found = new List<Endpoint>();
        foreach (var slice in InOrder(slices))
        {
            if (slice.Family == family && !slice.IsHeadless)
            {
                foreach (var port in slice.Ports)
                {
                    if (port.Name == portName && port.Protocol == protocol)
                    {
                        Add(found, slice, port.Port, nodeName, family);
                    }
                }
            }
        }

        return Sort(found);
    }

    private static IEnumerable<EndpointSlice> InOrder(IReadOnlyList<EndpointSlice> slices) =>
        slices.Count == 1 ? slices : slices.OrderBy(s => s.Name);

    private static EquatableArray<Endpoint> Sort(List<Endpoint> found)
    {
        var endpoints = found.ToArray();
        var texts = Array.ConvertAll(endpoints, e => e.ToString());
        Array.Sort(texts, endpoints, StringComparer.Ordinal);
        for (var i = 1; i < texts.Length; i++)
        {
            if (texts[i] == texts[i - 1])
            {
                return Sort(WithoutDoubles(found));
            }
        }

        return new EquatableArray<Endpoint>(endpoints);
    }

    private static List<Endpoint> WithoutDoubles(List<Endpoint> found)
    {
        var counting = new Dictionary<(NetAddress Address, int Port), Endpoint>();
        foreach (var endpoint in found)
        {
            if (!counting.TryGetValue((endpoint.Address, endpoint.Port), out var known) || (known.Terminating && !endpoint.Terminating))
            {
                counting[(endpoint.Address, endpoint.Port)] = endpoint;
            }
        }

        return [.. counting.Values];
    }

    private static void Add(List<Endpoint> found, EndpointSlice slice, int port, string nodeName, IPFamily family)
    {
        found.EnsureCapacity(found.Count + slice.Endpoints.Count);
        foreach (var endpoint in slice.Endpoints)
        {
            // The API does not let a slice mix families; an address that does cannot be routed with this one.
            if (endpoint.Address.Family == family)
            {
                found.Add(new Endpoint(endpoint.Address, port)
                {
                    IsLocal = endpoint.NodeName == nodeName,
                    Ready = endpoint.Ready,
                    Serving = endpoint.Serving,
                    Terminating = endpoint.Terminating,
                    Weight = endpoint.Weight,
                    ZoneHints = endpoint.ZoneHints,
                    NodeHints = endpoint.NodeHints,
                });
            }
        }
    }
}
