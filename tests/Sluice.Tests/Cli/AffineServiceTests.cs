using System.Text.Json;
using Xunit;

namespace Sluice.Tests.Cli;

/// <summary>A Service that remembers clients, asked for in the rules of each mode.</summary>
public sealed class AffineServiceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-affine-").FullName;

    [Theory]
    [InlineData("iptables")]
    [InlineData("ipvs")]
    [InlineData("nftables")]
    public void Each_mode_shows_one_Service_with_its_memory_and_names_it_in_a_trace(string mode)
    {
        var cluster = Path.Combine(_folder, "cluster.yaml");
        File.WriteAllText(cluster, Cluster);
        var rules = Path.Combine(_folder, "rules");
        File.WriteAllText(rules, CommandRunner.Run($"render --mode {mode} --family ipv4 -c {cluster} --cluster-cidr 10.0.0.0/8").Output);

        using var services = JsonDocument.Parse(CommandRunner.Run($"services -f {rules} -o json").Output);
        var found = services.RootElement.GetProperty("items").EnumerateArray()
            .Select(s => $"{s.GetProperty("name").GetString()} {s.GetProperty("sessionAffinity").GetString()}");
        Assert.Equal(["shop/web ClientIP", "shop/plain None"], found.OrderDescending(StringComparer.Ordinal));

        Assert.Equal(
            "tcp 10.0.0.9 -> 172.30.0.1:80 is load-balanced over 2 endpoints of shop/web:http; a client that was there before keeps its endpoint",
            Headline(rules, "172.30.0.1:80"));
        Assert.Equal("tcp 10.0.0.9 -> 172.30.0.2:80 is load-balanced over 2 endpoints of shop/plain:http", Headline(rules, "172.30.0.2:80"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Headline(string rules, string to)
    {
        var text = CommandRunner.Run($"trace -f {rules} --from 10.0.0.9 --to {to}").Output;
        return text[..text.IndexOf("\n\n", StringComparison.Ordinal)].ReplaceLineEndings(" ");
    }

    private const string Cluster = """
        apiVersion: v1
        kind: Node
        metadata: { name: node-a }
        status: { addresses: [{ type: InternalIP, address: 192.168.0.2 }] }
        ---
        apiVersion: v1
        kind: Service
        metadata: { namespace: shop, name: web }
        spec:
          type: NodePort
          clusterIP: 172.30.0.1
          sessionAffinity: ClientIP
          ports: [{ name: http, port: 80, protocol: TCP, nodePort: 30080 }]
        ---
        apiVersion: v1
        kind: Service
        metadata: { namespace: shop, name: plain }
        spec:
          type: NodePort
          clusterIP: 172.30.0.2
          ports: [{ name: http, port: 80, protocol: TCP, nodePort: 30081 }]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { namespace: shop, name: web-1, labels: { kubernetes.io/service-name: web } }
        addressType: IPv4
        ports: [{ name: http, port: 8080, protocol: TCP }]
        endpoints: [{ addresses: [10.0.0.1], nodeName: node-a }, { addresses: [10.0.0.2], nodeName: node-a }]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: { namespace: shop, name: plain-1, labels: { kubernetes.io/service-name: plain } }
        addressType: IPv4
        ports: [{ name: http, port: 8080, protocol: TCP }]
        endpoints: [{ addresses: [10.0.0.1], nodeName: node-a }, { addresses: [10.0.0.2], nodeName: node-a }]
        """;
}
