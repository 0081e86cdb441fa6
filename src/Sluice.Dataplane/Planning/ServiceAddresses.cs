using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning;

/// <summary>The addresses that lead to a Service port, by number: its cluster address, external and load-balancer addresses, its node port.</summary>
internal static class ServiceAddresses
{
    /// <summary>How many there are.</summary>
    public static int CountOf(PortIntent port) => 1 + port.ExternalIPs.Count + port.LoadBalancerIPs.Count + (port.NodePort == 0 ? 0 : 1);

    /// <summary>One of them.</summary>
    public static (ServiceAddress Address, DestinationKind Kind) At(PortIntent port, int index)
    {
        if (index == 0)
        {
            return (Of(port, port.ClusterIP), DestinationKind.ClusterIP);
        }

        index--;
        if (index < port.ExternalIPs.Count)
        {
            return (Of(port, port.ExternalIPs[index]), DestinationKind.ExternalIP);
        }

        index -= port.ExternalIPs.Count;
        return index < port.LoadBalancerIPs.Count
            ? (Of(port, port.LoadBalancerIPs[index]), DestinationKind.LoadBalancerIP)
            : (ServiceAddress.NodePort(port.Name.Protocol, port.NodePort), DestinationKind.NodePort);
    }

    /// <summary>Whether none before it is the same: a list may have an address twice.</summary>
    public static bool IsFirst(PortIntent port, int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (At(port, i) == At(port, index))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the same addresses lead to both, which are the same port of a Service at different times.</summary>
    public static bool AreSame(PortIntent one, PortIntent other) =>
        one.Port == other.Port && one.NodePort == other.NodePort && one.ClusterIP == other.ClusterIP &&
        one.ExternalIPs.Equals(other.ExternalIPs) && one.LoadBalancerIPs.Equals(other.LoadBalancerIPs);

    private static ServiceAddress Of(PortIntent port, Net.NetAddress ip) => new(ip, port.Name.Protocol, (ushort)port.Port, IsNodePort: false);
}
