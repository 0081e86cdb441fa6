using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>Finds which Service a packet is for.</summary>
internal sealed class Destinations
{
    private readonly NodeProfile _node;
    private readonly Dictionary<(NetAddress Address, L4Protocol Protocol, int Port), ServiceDestination> _addresses = [];
    private readonly Dictionary<(L4Protocol Protocol, int Port), PortIntent> _nodePorts = [];
    private readonly Dictionary<int, ServicePortName> _healthChecks = [];

    public Destinations(ServiceIntent intent)
    {
        _node = intent.Node;
        foreach (var port in intent.Ports)
        {
            Add(port, port.ClusterIP, DestinationKind.ClusterIP);
            foreach (var address in port.ExternalIPs)
            {
                Add(port, address, DestinationKind.ExternalIP);
            }

            foreach (var address in port.LoadBalancerIPs)
            {
                Add(port, address, DestinationKind.LoadBalancerIP);
            }

            if (port.NodePort != 0)
            {
                _nodePorts.TryAdd((port.Name.Protocol, port.NodePort), port);
            }

            if (port.HealthCheckNodePort != 0)
            {
                _healthChecks.TryAdd(port.HealthCheckNodePort, port.Name);
            }
        }
    }

    /// <summary>The Service a packet is for, and by which address; null for none.</summary>
    public ServiceDestination? Find(Packet packet, int port) =>
        _addresses.TryGetValue((packet.Destination, packet.Protocol, port), out var destination) ? destination
        : _nodePorts.TryGetValue((packet.Protocol, port), out var service) && _node.ServesNodePorts(packet.Destination) && !IsStrayLoopback(packet)
            ? new ServiceDestination(service, DestinationKind.NodePort)
        : null;

    /// <summary>The Service whose health a packet asks for; null for none. Health is told over TCP, where node ports are served, loopback included.</summary>
    public ServicePortName? FindHealthCheck(Packet packet, int port) =>
        packet.Protocol == L4Protocol.Tcp && _healthChecks.TryGetValue(port, out var service) &&
        _node.IsOwnAddress(packet.Destination) && _node.IsInNodePortRanges(packet.Destination) && !IsStrayLoopback(packet)
            ? service
            : null;

    // Loopback addresses mean "this host" to whoever uses them (RFC 1122): what comes from elsewhere with one is nobody's.
    private static bool IsStrayLoopback(Packet packet) => packet.Destination.IsLoopback && packet.Entry == PacketEntry.Network;

    private void Add(PortIntent port, NetAddress address, DestinationKind kind) =>
        _addresses.TryAdd((address, port.Name.Protocol, port.Port), new ServiceDestination(port, kind));
}
