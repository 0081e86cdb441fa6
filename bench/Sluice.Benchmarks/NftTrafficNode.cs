using System.Globalization;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Benchmarks;

/// <summary>
/// A node between client and server, in a network namespace of its own: the server is one of its pods, behind its bridge, and the client
/// is a pod of another node. Links, addresses and Services are its own, so the address that a client connects to says which node it
/// goes through.
/// </summary>
internal sealed class NftTrafficNode : IDisposable
{
    public const int ServiceTcpPort = 80;
    public const int ServiceUdpPort = 53;

    /// <summary>As many Services as their network has addresses for.</summary>
    public const int MaxServices = 65_000;

    private const int Near = 10;
    private const int Far = 20;
    private const int NodeHost = 254;

    private readonly int _number;

    /// <summary>Makes the node and joins it with both.</summary>
    /// <param name="number">Which, 0 to 9.</param>
    /// <param name="client">Where connections come from.</param>
    /// <param name="server">Where they go.</param>
    public NftTrafficNode(int number, NetworkNamespace client, NetworkNamespace server)
    {
        _number = number;
        Namespace = new NetworkNamespace($"node-{number}", NftTrafficLab.Cpu);
        NftTrafficLab.Configure(Namespace);
        Join(client, "near", "near", Near);
        Join(server, "far", "cni0", Far);
        foreach (var family in NftTrafficLab.Families)
        {
            Route(client, "near", Near, Prefix.Of(Host(family, Far, 0), LinkLength(family)), family);
            Route(client, "near", Near, ServiceNetwork(family), family);
            Route(server, "far", Far, Prefix.Of(Host(family, Near, 0), LinkLength(family)), family);
        }
    }

    public NetworkNamespace Namespace { get; }

    /// <summary>The server's address behind this node.</summary>
    public NetAddress Server(IPFamily family) => Host(family, Far, 1);

    /// <summary>The address of the last of so many Services.</summary>
    public NetAddress Service(IPFamily family, int services) => new(family, ServiceNetwork(family).Address.Bits + (UInt128)services);

    /// <summary>What this node does with so many Services of one endpoint, of which only the last can be reached: it has a port of TCP and one of UDP.</summary>
    public ServiceIntent Intent(IPFamily family, int services)
    {
        var node = new NodeProfile
        {
            Name = $"node-{_number}",
            NodeIPs = [Host(family, Near, NodeHost)],
            LocalAddresses = [Host(family, Near, NodeHost)],
            NodePortAddresses = [Prefix.Host(Host(family, Near, NodeHost))],
            LocalhostNodePorts = false,
            LocalDetector = new LocalDetector.Cidr([family == IPFamily.IPv4 ? Prefix.Parse("10.0.0.0/8") : Prefix.Parse("fd00:10::/32")]),
        };
        var pods = NetAddress.Parse(family == IPFamily.IPv4 ? "10.128.0.0" : "fd00:10:128::").Bits;
        return ServiceIntent.Empty(node, family).With(Enumerable.Range(1, services).Select(s =>
        {
            var name = new ObjectName("default", string.Create(CultureInfo.InvariantCulture, $"service-{s:D5}"));
            EquatableArray<PortIntent> ports = s < services
                ? [Port("http", L4Protocol.Tcp, ServiceTcpPort, new Endpoint(new NetAddress(family, pods + (UInt128)s), NftTrafficLab.TcpPort))]
                :
                [
                    Port("http", L4Protocol.Tcp, ServiceTcpPort, new Endpoint(Server(family), NftTrafficLab.TcpPort)),
                    Port("dns", L4Protocol.Udp, ServiceUdpPort, new Endpoint(Server(family), NftTrafficLab.UdpPort)),
                ];
            return KeyValuePair.Create(name, ports);

            PortIntent Port(string portName, L4Protocol protocol, int port, Endpoint endpoint) =>
                new(new ServicePortName(name, portName, protocol), Service(family, s), port)
                {
                    Endpoints = new EndpointChoice([endpoint], [], [endpoint], HasAny: true),
                    EndpointCount = 1,
                };
        }));
    }

    public void Dispose() => Namespace.Dispose();

    private static int LinkLength(IPFamily family) => family == IPFamily.IPv4 ? 24 : 64;

    // The addresses of its own end are on the link itself, or on the bridge that the link is a port of.
    private void Join(NetworkNamespace other, string link, string device, int network)
    {
        _ = Namespace.Check("ip", ["-batch", "-"], $"link add {link} type veth peer name {link}{_number} netns {other.ThreadId}\nlink set {link} up\n");
        _ = other.Check("ip", ["link", "set", $"{link}{_number}", "up"]);
        if (device != link)
        {
            _ = Namespace.Check("ip", ["-batch", "-"], $"link add {device} type bridge\nlink set {device} up\nlink set {link} master {device}\n");
        }

        foreach (var family in NftTrafficLab.Families)
        {
            _ = Namespace.Check("ip", ["address", "add", $"{Host(family, network, NodeHost)}/{LinkLength(family)}", "dev", device, "nodad"]);
            _ = other.Check("ip", ["address", "add", $"{Host(family, network, 1)}/{LinkLength(family)}", "dev", $"{link}{_number}", "nodad"]);
        }
    }

    private void Route(NetworkNamespace from, string link, int network, Prefix to, IPFamily family) =>
        from.Check("ip", ["route", "add", to.ToCidrString(), "via", Host(family, network, NodeHost).ToString(), "dev", $"{link}{_number}"]);

    private Prefix ServiceNetwork(IPFamily family) => family == IPFamily.IPv4
        ? Prefix.Of(NetAddress.Parse($"172.{16 + _number}.0.0"), 16)
        : Prefix.Of(NetAddress.Parse($"fd00:172:{_number}::"), 48);

    // 10.244.NETWORK.HOST and fd00:10:244:NETWORK::HOST, a network for each link.
    private NetAddress Host(IPFamily family, int network, int host) =>
        NetAddress.Parse(family == IPFamily.IPv4 ? $"10.244.{network + _number}.{host}" : $"fd00:10:244:{network + _number}::{host}");
}
