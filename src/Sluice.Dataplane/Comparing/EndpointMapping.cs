using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Comparing;

/// <summary>Gives the endpoints of a Service port other addresses.</summary>
public static class EndpointMapping
{
    /// <summary>The port with other addresses in the place of its endpoints'.</summary>
    /// <param name="port">The port.</param>
    /// <param name="map">The address for an address.</param>
    public static PortIntent Map(PortIntent port, Func<NetAddress, NetAddress> map)
    {
        ArgumentNullException.ThrowIfNull(port);
        var choice = port.Endpoints;
        return port with
        {
            Endpoints = new EndpointChoice(Map(choice.Cluster, map), Map(choice.Local, map), Map(choice.All, map), choice.HasAny),
            KnownEndpoints = Map(port.KnownEndpoints, map),
        };
    }

    // In the order that an intent has them in.
    private static EquatableArray<Endpoint> Map(EquatableArray<Endpoint> endpoints, Func<NetAddress, NetAddress> map) =>
        endpoints.Select(e => e with { Address = map(e.Address) }).OrderBy(e => e.ToString(), StringComparer.Ordinal).ToEquatableArray();
}
