using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Conntrack;

/// <summary>What clients of a Service port send to.</summary>
/// <param name="Address">The address; null for any of the node's that serve node ports.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Port">The port.</param>
internal readonly record struct ServiceSocket(NetAddress? Address, L4Protocol Protocol, int Port)
{
    /// <summary>All of a Service port's.</summary>
    public static IEnumerable<ServiceSocket> Of(PortIntent port)
    {
        var protocol = port.Name.Protocol;
        yield return new ServiceSocket(port.ClusterIP, protocol, port.Port);
        for (var i = 0; i < port.ExternalIPs.Count; i++)
        {
            yield return new ServiceSocket(port.ExternalIPs[i], protocol, port.Port);
        }

        for (var i = 0; i < port.LoadBalancerIPs.Count; i++)
        {
            yield return new ServiceSocket(port.LoadBalancerIPs[i], protocol, port.Port);
        }

        if (port.NodePort != 0)
        {
            yield return new ServiceSocket(Address: null, protocol, port.NodePort);
        }
    }
}
