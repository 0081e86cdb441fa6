using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>A Service of both families whose endpoints have weights, which can be changed.</summary>
/// <param name="lab">Whose pods are the endpoints.</param>
/// <param name="source">Where the proxy learns of it.</param>
internal sealed class WeightedService(LabCluster lab, LabSource source)
{
    public const int Port = 80;
    public const int TargetPort = 8080;
    public const int NodePort = 30080;

    public static readonly NetAddress ClusterIP = NetAddress.Parse("10.96.0.10");
    public static readonly NetAddress ClusterIPv6 = NetAddress.Parse("fd00:10:96::10");

    private static readonly Service s_service = new(new ObjectName("shop", "weighted"))
    {
        Type = ServiceType.NodePort,
        ClusterIPs = [ClusterIP, ClusterIPv6],
        Ports = [new ServicePort("t", L4Protocol.Tcp, Port, NodePort), new ServicePort("u", L4Protocol.Udp, Port, NodePort)],
    };

    /// <summary>The flags that have a proxy learn of it.</summary>
    public string[] Flags => source.Flags;

    /// <summary>Builds a lab with pods <c>a</c>, <c>b</c> and <c>c</c> that serve and one that calls, gives it to a test and removes it; skips the test where there can be none.</summary>
    public static async Task InLabAsync(bool fromServer, Func<LabCluster, WeightedService, Task> test)
    {
        ProxyRules.Nftables.SkipWhereUnavailable();

        using var lab = LabCluster.Build([new LabPod("a", 11), new LabPod("b", 12), new LabPod("c", 13), new LabPod("caller", 14)]);
        foreach (var pod in lab.Node.Pods.Where(p => p.Name != "caller"))
        {
            pod.Serve(L4Protocol.Tcp, TargetPort);
            pod.Serve(L4Protocol.Udp, TargetPort);
        }

        var folder = Directory.CreateTempSubdirectory("sluice-weighted-").FullName;
        try
        {
            await using var source = await LabSource.OpenAsync(lab.Node.Machine.Namespace, folder, fromServer);
            await test(lab, new WeightedService(lab, source));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Puts them there.</summary>
    /// <param name="weights">The endpoints, by their pods' names, with their weights.</param>
    public void Write(params (string Pod, int Weight)[] weights) =>
        source.Write(((IPFamily[])[IPFamily.IPv4, IPFamily.IPv6]).Select(f => Slice(f, weights)).Prepend<ClusterObject>(s_service).Select(ObjectJson.Of));

    private EndpointSlice Slice(IPFamily family, (string Pod, int Weight)[] weights) => new(new ObjectName("shop", $"weighted-{family.ToString().ToLowerInvariant()}"))
    {
        Service = s_service.Name,
        Family = family,
        Ports = [new EndpointPort("t", L4Protocol.Tcp, TargetPort), new EndpointPort("u", L4Protocol.Udp, TargetPort)],
        Endpoints = weights.Select(w => new SliceEndpoint(lab.Pod(w.Pod).Address(family)) { NodeName = "node-1", Weight = w.Weight }).ToEquatableArray(),
    };
}
