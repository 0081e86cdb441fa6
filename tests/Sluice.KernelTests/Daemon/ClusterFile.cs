using System.Globalization;
using System.Text;

namespace Sluice.KernelTests.Daemon;

/// <summary>Manifests as <c>kubectl get -o json</c> prints them.</summary>
internal static class ClusterFile
{
    public static string Address(int service) => $"172.30.{service / 250}.{(service % 250) + 1}";

    public static string NameOf(int service) => $"s{service:d4}";

    /// <summary>A list of Services, each with its endpoints.</summary>
    public static string Json(int services, Func<int, int[]> endpoints) =>
        List(Enumerable.Range(0, services).SelectMany(i => (string[])[Service(NameOf(i), Address(i)), Slice(NameOf(i), i, endpoints(i))]));

    public static string List(IEnumerable<string> items)
    {
        var text = new StringBuilder("""{"apiVersion": "v1", "kind": "List", "items": [""");
        return text.Append('\n').AppendJoin(",\n", items).Append("\n]}\n").ToString();
    }

    public static string Service(string name, string clusterIP, string spec = "", string metadata = "") => $$$"""
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "{{{name}}}", "namespace": "shop"{{{metadata}}}},
         "spec": {"type": "ClusterIP", "clusterIP": "{{{clusterIP}}}", "clusterIPs": ["{{{clusterIP}}}"], "ipFamilies": ["IPv4"], "ports": [{"port": 80, "protocol": "TCP"}]{{{spec}}}}}
        """;

    public static string Slice(string service, int subnet, params int[] endpoints) => $$$"""
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "{{{service}}}-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "{{{service}}}"}},
         "addressType": "IPv4", "ports": [{"name": "", "port": 8080, "protocol": "TCP"}],
         "endpoints": [{{{string.Join(", ", endpoints.Select(e => Endpoint(subnet, e)))}}}]}
        """;

    private static string Endpoint(int subnet, int number) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"addresses": ["10.{{{128 + (subnet >> 8)}}}.{{{subnet & 255}}}.{{{number + 1}}}"], "conditions": {"ready": true}, "nodeName": "{{{(number % 2 == 0 ? "node" : "other")}}}"}""");
}
