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
        var found = new Dictionary<(NetAddress Address, int Port), Endpoint>();
        foreach (var slice in slices.Where(s => s.Family == family && !s.IsHeadless).OrderBy(s => s.Name))
        {
            foreach (var port in slice.Ports)
            {
                if (port.Name == portName && port.Protocol == protocol)
                {
                    Add(found, slice, port.Port, nodeName, family);
                }
            }
        }

        return found.Values
            .Select(e => (Text: e.ToString(), Endpoint: e))
            .OrderBy(e => e.Text, StringComparer.Ordinal)
            .Select(e => e.Endpoint)
            .ToEquatableArray();
    }

    private static void Add(
        Dictionary<(NetAddress Address, int Port), Endpoint> found, EndpointSlice slice, int port, string nodeName, IPFamily family)
    {
        foreach (var endpoint in slice.Endpoints)
        {
            // The API does not let a slice mix families; an address that does cannot be routed with this one.
            if (endpoint.Address.Family != family ||
                (found.TryGetValue((endpoint.Address, port), out var known) && (!known.Terminating || endpoint.Terminating)))
            {
                continue;
            }

            found[(endpoint.Address, port)] = new Endpoint(endpoint.Address, port)
            {
                IsLocal = endpoint.NodeName == nodeName,
                Ready = endpoint.Ready,
                Serving = endpoint.Serving,
                Terminating = endpoint.Terminating,
                Weight = endpoint.Weight,
                ZoneHints = endpoint.ZoneHints,
                NodeHints = endpoint.NodeHints,
            };
        }
    }
}
