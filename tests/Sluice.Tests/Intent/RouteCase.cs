using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Intent;

/// <summary>A node, a Service on all kinds of addresses, and those who may ask for it.</summary>
internal static class RouteCase
{
    public const string PodAddress = "10.180.0.99", NodeAddress = "192.168.0.2", Client = "203.0.113.9", ClusterIP = "172.30.0.10:80",
        External = "192.0.2.1:80", Balancer = "198.51.100.1:80", NodePort = "192.168.0.2:30080";

    public static readonly string[] All = [ClusterIP, External, Balancer, NodePort];

    public static readonly NodeProfile TheNode = new()
    {
        Name = "n1",
        NodeIPs = [Address(NodeAddress), Address("2001:db8::1")],
        LocalAddresses = [Address("127.0.0.1"), Address("::1"), Address(NodeAddress), Address("192.168.1.2"), Address("2001:db8::1")],
        LocalDetector = new LocalDetector.Cidr([Prefix.Parse("10.180.0.0/16"), Prefix.Parse("fd00:180::/32")]),
    };

    public static readonly Service TheService = new(new ObjectName("ns", "svc"))
    {
        Type = ServiceType.LoadBalancer,
        ClusterIPs = [Address("172.30.0.10"), Address("fd00:30::10")],
        ExternalIPs = [Address("192.0.2.1"), Address("2001:db8:1::1")],
        LoadBalancerIPs = [Address("198.51.100.1"), Address("2001:db8:2::1")],
        Ports = [new ServicePort("", L4Protocol.Tcp, 80, 30080)],
    };

    public static NetAddress Address(string text) => NetAddress.Parse(text);

    public static string Route(ServiceIntent intent, string source, string destination, L4Protocol? protocol = null) =>
        RouteText.Of(intent.Route(RouteText.Packet(intent.Node, source, destination, protocol)));

    public static ServiceIntent IntentOf(
        Service service, string endpoints, NodeProfile? node = null, IPFamily family = IPFamily.IPv4, EquatableArray<EndpointPort>? ports = null) =>
        ServiceIntent.Of([service], _ => [Slice(endpoints, family, ports ?? [new("", L4Protocol.Tcp, 80)])], node ?? TheNode, family);

    public static EndpointSlice Slice(string endpoints, IPFamily family, EquatableArray<EndpointPort> ports) => new(new ObjectName("ns", "slice"))
    {
        Family = family,
        Ports = ports,
        Endpoints = EndpointText.Read(endpoints).Select(e => new SliceEndpoint(
            family == IPFamily.IPv4 ? e.Address : NetAddress.V6(NetAddress.Parse("fd00:180::").Bits | (e.Address.Bits & 255)))
        {
            Ready = e.Ready,
            Serving = e.Serving,
            Terminating = e.Terminating,
            NodeName = e.IsLocal ? "n1" : "n2",
        }).ToEquatableArray(),
    };
}
