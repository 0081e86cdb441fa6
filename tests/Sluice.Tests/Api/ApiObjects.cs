using System.Globalization;
using System.Text.Json;

namespace Sluice.Tests.Api;

/// <summary>Objects as an API server has them, as JSON.</summary>
internal static class ApiObjects
{
    public static string Service(int number, int port = 80, params IEnumerable<string> labels) => JsonSerializer.Serialize(new
    {
        apiVersion = "v1",
        kind = "Service",
        metadata = new { name = Name(number), @namespace = "default", labels = labels.ToDictionary(l => l, _ => "x") },
        spec = new
        {
            type = "ClusterIP",
            clusterIP = Address("10.96", number),
            clusterIPs = new[] { Address("10.96", number) },
            ports = new[] { new { name = "http", port, protocol = "TCP" } },
        },
    });

    public static string Slice(int number, int endpoints, string? trigger = null) => JsonSerializer.Serialize(new
    {
        apiVersion = "discovery.k8s.io/v1",
        kind = "EndpointSlice",
        metadata = new
        {
            name = Name(number) + "-abcde",
            @namespace = "default",
            labels = new Dictionary<string, string> { ["kubernetes.io/service-name"] = Name(number) },
            annotations = trigger is null ? [] : new Dictionary<string, string> { ["endpoints.kubernetes.io/last-change-trigger-time"] = trigger },
        },
        addressType = "IPv4",
        ports = new[] { new { name = "http", port = 8080, protocol = "TCP" } },
        endpoints = Enumerable.Range(0, endpoints).Select(e => new
        {
            addresses = new[] { Address("10.128", (number * 100) + e) },
            conditions = new { ready = true, serving = true, terminating = false },
            nodeName = string.Create(CultureInfo.InvariantCulture, $"node-{e % 5}"),
        }),
    });

    public static string Node(string name, string zone = "zone-a", string address = "192.168.0.1") => JsonSerializer.Serialize(new
    {
        apiVersion = "v1",
        kind = "Node",
        metadata = new { name, labels = new Dictionary<string, string> { ["topology.kubernetes.io/zone"] = zone } },
        spec = new { podCIDRs = new[] { "10.128.0.0/24" } },
        status = new { addresses = new[] { new { type = "InternalIP", address } } },
    });

    public static string ServiceCidr(string name, string cidr) => JsonSerializer.Serialize(new
    {
        apiVersion = "networking.k8s.io/v1",
        kind = "ServiceCIDR",
        metadata = new { name },
        spec = new { cidrs = new[] { cidr } },
    });

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"svc{number:D4}");

    private static string Address(string network, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{network.Split('.')[0]}.{int.Parse(network.Split('.')[1], CultureInfo.InvariantCulture) + (number >> 16)}.{(number >> 8) & 255}.{number & 255}");
}
