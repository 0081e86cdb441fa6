using System.Globalization;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>A Service of both families whose endpoints have weights, as manifests that can be changed.</summary>
/// <param name="lab">Whose pods are the endpoints.</param>
/// <param name="folder">Where the manifests are.</param>
internal sealed class WeightedService(LabCluster lab, string folder)
{
    public const int Port = 80;
    public const int TargetPort = 8080;
    public const int NodePort = 30080;

    public static readonly NetAddress ClusterIP = NetAddress.Parse("10.96.0.10");
    public static readonly NetAddress ClusterIPv6 = NetAddress.Parse("fd00:10:96::10");

    /// <summary>Where the manifests are.</summary>
    public string Folder => folder;

    /// <summary>Builds a lab with pods <c>a</c>, <c>b</c> and <c>c</c> that serve and one that calls, gives it to a test and removes it; skips the test where there can be none.</summary>
    public static async Task InLabAsync(Func<LabCluster, WeightedService, Task> test)
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
            await test(lab, new WeightedService(lab, folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Puts them there, at one moment.</summary>
    /// <param name="weights">The endpoints, by their pods' names, with their weights.</param>
    public void Write(params (string Pod, int Weight)[] weights)
    {
        var path = Path.Combine(folder, "weighted.yaml");
        File.WriteAllText(path + ".new", $$"""
            apiVersion: v1
            kind: Service
            metadata: { namespace: shop, name: weighted }
            spec:
              type: NodePort
              clusterIP: {{ClusterIP}}
              clusterIPs: ["{{ClusterIP}}", "{{ClusterIPv6}}"]
              ipFamilies: [IPv4, IPv6]
              ports:
              - { name: t, protocol: TCP, port: {{Port}}, targetPort: {{TargetPort}}, nodePort: {{NodePort}} }
              - { name: u, protocol: UDP, port: {{Port}}, targetPort: {{TargetPort}}, nodePort: {{NodePort}} }
            ---
            {{Slice(IPFamily.IPv4, weights)}}
            ---
            {{Slice(IPFamily.IPv6, weights)}}

            """);
        File.Move(path + ".new", path, overwrite: true);
    }

    private string Slice(IPFamily family, (string Pod, int Weight)[] weights)
    {
        var endpoints = weights.Select(w => (Address: lab.Pod(w.Pod).Address(family), w.Weight)).ToList();
        return $$"""
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata:
              namespace: shop
              name: weighted-{{family.ToString().ToLowerInvariant()}}
              labels: { kubernetes.io/service-name: weighted }
              annotations:
                sluice.dev/weight: "{{string.Join(',', endpoints.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Address}={e.Weight}")))}}"
            addressType: {{family}}
            ports:
            - { name: t, protocol: TCP, port: {{TargetPort}} }
            - { name: u, protocol: UDP, port: {{TargetPort}} }
            endpoints:
            {{string.Join('\n', endpoints.Select(e => $"- {{ addresses: [\"{e.Address}\"], nodeName: node-1 }}"))}}
            """;
    }
}
