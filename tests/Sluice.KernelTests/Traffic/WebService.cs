using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>A Service with an address of each kind, which clients connect to while its endpoints change.</summary>
internal static class WebService
{
    /// <summary>Where its pods listen.</summary>
    public const int TargetPort = 8080;

    private static readonly Service s_service = new(new ObjectName("shop", "web"))
    {
        Type = ServiceType.LoadBalancer,
        ClusterIPs = [NetAddress.Parse("10.96.0.10")],
        LoadBalancerIPs = [NetAddress.Parse("198.51.100.10")],
        Ports = [new ServicePort("", L4Protocol.Tcp, 80, 30080)],
    };

    /// <summary>The cluster with these endpoints, each object as JSON.</summary>
    public static IEnumerable<string> Objects(LabCluster lab, IEnumerable<SliceEndpoint> endpoints) => ((ClusterObject[])
    [
        s_service,
        new EndpointSlice(new ObjectName("shop", "web-1"))
        {
            Service = s_service.Name,
            Family = IPFamily.IPv4,
            Ports = [new EndpointPort("", L4Protocol.Tcp, TargetPort)],
            Endpoints = endpoints.ToEquatableArray(),
        },
        new Node(new ObjectName("", lab.Node.Machine.Name))
        {
            Addresses = lab.Node.Machine.Addresses.ToEquatableArray(),
            PodCidrs = LabAddresses.PodCidrs(lab.Node.Number).ToEquatableArray(),
        },
    ]).Select(ObjectJson.Of);

    /// <summary>A pod on the lab's node as an endpoint.</summary>
    public static SliceEndpoint Endpoint(LabMachine pod) => new(pod.Address(IPFamily.IPv4)) { NodeName = "node-1" };

    /// <summary>Who connects to which of its addresses: the pod <c>shell</c>, and a client outside of the cluster.</summary>
    public static IEnumerable<(string Name, LabMachine Client, LabFlow Flow)> Ways(LabCluster lab) =>
    [
        ("cluster IP", lab.Pod("shell"), new LabFlow(L4Protocol.Tcp, s_service.ClusterIPs[0], 80)),
        ("node port", lab.Client, new LabFlow(L4Protocol.Tcp, lab.Node.Machine.Address(IPFamily.IPv4), 30080)),
        ("load balancer", lab.Client, new LabFlow(L4Protocol.Tcp, s_service.LoadBalancerIPs[0], 80)),
    ];
}
