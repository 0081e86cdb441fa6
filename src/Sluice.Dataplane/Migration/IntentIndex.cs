using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Migration;

/// <summary>Finds the Service ports of an intent by what packets are addressed to.</summary>
internal sealed class IntentIndex
{
    private readonly ILookup<NetAddress, PortIntent> _byAddress;
    private readonly ILookup<(L4Protocol Protocol, int Port), PortIntent> _byNodePort;

    public IntentIndex(ServiceIntent intent)
    {
        Intent = intent;
        _byAddress = intent.Ports.SelectMany(p => AddressesOf(p).Distinct().Select(a => (Address: a, Port: p))).ToLookup(p => p.Address, p => p.Port);
        _byNodePort = intent.Ports.Where(p => p.NodePort != 0).ToLookup(p => (p.Name.Protocol, p.NodePort));
    }

    /// <summary>The intent.</summary>
    public ServiceIntent Intent { get; }

    /// <summary>Whether some Service has an address for its own, node ports aside.</summary>
    public bool IsServiceAddress(NetAddress address) => _byAddress.Contains(address);

    /// <summary>The ports whose cluster address it is.</summary>
    public IEnumerable<PortIntent> OfClusterIP(NetAddress address) => _byAddress[address].Where(p => p.ClusterIP == address);

    /// <summary>The ports that have a packet's destination, protocol and port for an address of their own.</summary>
    public IEnumerable<PortIntent> OfAddress(Packet packet) =>
        _byAddress[packet.Destination].Where(p => p.Name.Protocol == packet.Protocol && p.Port == packet.DestinationPort);

    /// <summary>The first port that has a packet's protocol and port for its node port; null when none has.</summary>
    public PortIntent? OfNodePort(Packet packet) => packet.DestinationPort is { } port ? _byNodePort[(packet.Protocol, port)].FirstOrDefault() : null;

    /// <summary>All ports that claim a packet, a node port last.</summary>
    public IReadOnlyList<PortIntent> Claimants(Packet packet) =>
        OfNodePort(packet) is { } nodePort && Intent.Node.ServesNodePorts(packet.Destination) ? [.. OfAddress(packet), nodePort] : [.. OfAddress(packet)];

    private static IEnumerable<NetAddress> AddressesOf(PortIntent port) => [port.ClusterIP, .. port.ExternalIPs, .. port.LoadBalancerIPs];
}
