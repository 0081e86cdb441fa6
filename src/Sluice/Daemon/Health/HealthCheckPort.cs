using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon.Health;

/// <summary>A port that load balancers ask whether this node has endpoints of a Service.</summary>
/// <param name="Service">The Service.</param>
/// <param name="Port">The port.</param>
/// <param name="LocalEndpoints">How many addresses on this node are ready; those about to end do not count, so that load balancers turn away early.</param>
internal readonly record struct HealthCheckPort(ObjectName Service, int Port, int LocalEndpoints)
{
    /// <summary>The ports that an intent asks for, one for each Service that has one.</summary>
    public static IReadOnlyList<HealthCheckPort> Of(ServiceIntent intent)
    {
        var ports = new List<HealthCheckPort>();
        var addresses = new HashSet<NetAddress>();
        foreach (var port in intent.Ports)
        {
            if (port.HealthCheckNodePort == 0)
            {
                continue;
            }

            var isSame = ports.Count > 0 && ports[^1].Service == port.Name.Service;
            if (!isSame)
            {
                addresses.Clear();
            }

            foreach (var endpoint in port.Endpoints.Local)
            {
                if (endpoint.Ready)
                {
                    addresses.Add(endpoint.Address);
                }
            }

            var known = new HealthCheckPort(port.Name.Service, port.HealthCheckNodePort, addresses.Count);
            if (isSame)
            {
                ports[^1] = known;
            }
            else
            {
                ports.Add(known);
            }
        }

        return ports;
    }

    /// <summary>Where such ports listen: on all addresses of the family, or on those that serve node ports.</summary>
    public static EquatableArray<NetAddress> AddressesOf(ServiceIntent intent) => intent.Node.ServesNodePortsEverywhere(intent.Family)
        ? [intent.Family == IPFamily.IPv4 ? NetAddress.V4(0) : NetAddress.V6(0)]
        : intent.Node.LocalAddresses.Where(a => a.Family == intent.Family && intent.Node.ServesNodePorts(a)).Distinct().Order().ToEquatableArray();
}
