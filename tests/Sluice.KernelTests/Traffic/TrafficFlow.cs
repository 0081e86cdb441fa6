using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>One row of the traffic tests: who connects to what.</summary>
/// <param name="Client">Who.</param>
/// <param name="Source">From which of its addresses.</param>
/// <param name="Service">To which Service.</param>
/// <param name="Kind">By which kind of address.</param>
/// <param name="Flow">The address, protocol and port.</param>
internal sealed record TrafficFlow(LabMachine Client, NetAddress Source, Service Service, string Kind, LabFlow Flow)
{
    /// <summary>The first packet, as the first node gets it.</summary>
    public Packet Packet(LabCluster lab) => new(Flow.Protocol, Source, Flow.Destination)
    {
        SourcePort = 40000,
        DestinationPort = Flow.Port,
        Entry = Client == lab.Node.Machine ? PacketEntry.Local : PacketEntry.Network,
        InInterface = Client == lab.Node.Machine ? null : lab.Node.Pods.Contains(Client) ? "cni0" : "eth0",
    };

    /// <summary>Every client to every address of every Service.</summary>
    public static IEnumerable<TrafficFlow> All(LabCluster lab) =>
        from family in new[] { IPFamily.IPv4, IPFamily.IPv6 }
        from service in TrafficServices.All
        from port in service.Ports
        from destination in Destinations(lab, service, port, family)
        from client in Clients(lab, family, destination)
        select new TrafficFlow(client.Machine, client.Source, service, destination.Kind, new LabFlow(port.Protocol, destination.Address, destination.Port)
        {
            Source = client.Source,
        });

    public override string ToString() => $"{Client.Name} {Source} -> {Service.Name.Name} {Kind} {Flow}";

    private static IEnumerable<(string Kind, NetAddress Address, int Port)> Destinations(LabCluster lab, Service service, ServicePort port, IPFamily family) =>
    [
        ("cluster IP", service.ClusterIPs.First(a => a.Family == family), port.Port),
        ("external IP", service.ExternalIPs.First(a => a.Family == family), port.Port),
        ("load balancer", service.LoadBalancerIPs.First(a => a.Family == family), port.Port),
        .. lab.Node.AllAddresses
            .Where(a => a.Family == family && (family == IPFamily.IPv4 || (!a.IsLoopback && !IsAnycast(a))))
            .Select(a => ("node port", a, port.NodePort)),
    ];

    // The address of a network itself, where flannel's tunnel ends, is the anycast address of its routers (RFC 4291, 2.6.1): the kernel
    // does not count it among its own.
    private static bool IsAnycast(NetAddress address) => Prefix.Of(address, 64).Address == address;

    // Loopback addresses are the node's own affair. The second node has no rules: it is a client of node ports only.
    private static IEnumerable<(LabMachine Machine, NetAddress Source)> Clients(LabCluster lab, IPFamily family, (string Kind, NetAddress Address, int Port) destination)
    {
        var node = lab.Node.Machine;
        if (destination.Address.IsLoopback)
        {
            return [(node, destination.Address)];
        }

        // To an address of its own, a machine talks from that address.
        var own = destination.Kind == "node port" ? destination.Address : node.Address(family);
        return
        [
            .. new[] { lab.Pod("caller"), lab.Pod("a") }.Select(m => (m, m.Address(family))),
            (node, own),
            .. lab.Client.Addresses.Where(a => a.Family == family).Select(a => (lab.Client, a)),
            .. destination.Address == node.Address(family) ? [(lab.Nodes[1].Machine, lab.Nodes[1].Machine.Address(family))] : Array.Empty<(LabMachine, NetAddress)>(),
        ];
    }
}
