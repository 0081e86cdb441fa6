using System.Text.Json;
using System.Text.Json.Serialization;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>Writes objects of the cluster as <c>kubectl get -o json</c> prints them: what the proxy reads of them.</summary>
internal static class ObjectJson
{
    private static readonly JsonSerializerOptions s_options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Of(ClusterObject item) => JsonSerializer.Serialize(
        item switch
        {
            Service service => Service(service),
            EndpointSlice slice => Slice(slice),
            Node node => Node(node),
            _ => throw new ArgumentException($"no manifest for a {item.GetType().Name}", nameof(item)),
        },
        s_options);

    private static object Service(Service service) => new
    {
        apiVersion = "v1",
        kind = "Service",
        metadata = Metadata(service.Name),
        spec = new
        {
            type = service.Type.ToString(),
            clusterIP = service.ClusterIPs[0].ToString(),
            clusterIPs = Texts(service.ClusterIPs),
            externalIPs = Texts(service.ExternalIPs),
            loadBalancerSourceRanges = service.SourceRanges.Select(r => r.ToCidrString()),
            internalTrafficPolicy = service.InternalTrafficPolicy.ToString(),
            externalTrafficPolicy = service.ExternalTrafficPolicy.ToString(),
            sessionAffinity = service.AffinitySeconds is null ? "None" : "ClientIP",
            sessionAffinityConfig = service.AffinitySeconds is { } seconds ? new { clientIP = new { timeoutSeconds = seconds } } : null,
            healthCheckNodePort = service.HealthCheckNodePort,
            ports = service.Ports.Select(p => new { name = p.Name, protocol = Text(p.Protocol), port = p.Port, nodePort = p.NodePort }),
        },
        status = new { loadBalancer = new { ingress = service.LoadBalancerIPs.Select(a => new { ip = a.ToString(), ipMode = "VIP" }) } },
    };

    private static object Slice(EndpointSlice slice) => new
    {
        apiVersion = "discovery.k8s.io/v1",
        kind = "EndpointSlice",
        metadata = Metadata(
            slice.Name,
            slice.Service is { } service ? new() { ["kubernetes.io/service-name"] = service.Name } : null,
            slice.Endpoints.Any(e => e.Weight != 1) ? new() { ["sluice.dev/weight"] = string.Join(',', slice.Endpoints.Select(e => $"{e.Address}={e.Weight}")) } : null),
        addressType = slice.Family.ToString(),
        ports = slice.Ports.Select(p => new { name = p.Name, protocol = Text(p.Protocol), port = p.Port }),
        endpoints = slice.Endpoints.Select(e => new
        {
            addresses = new[] { e.Address.ToString() },
            conditions = new { ready = e.Ready, serving = e.Serving, terminating = e.Terminating },
            nodeName = e.NodeName,
        }),
    };

    private static object Node(Node node) => new
    {
        apiVersion = "v1",
        kind = "Node",
        metadata = new { name = node.Name.Name },
        spec = new { podCIDR = node.PodCidrs[0].ToCidrString(), podCIDRs = node.PodCidrs.Select(c => c.ToCidrString()) },
        status = new
        {
            addresses = node.Addresses.Select(a => new { type = "InternalIP", address = a.ToString() })
                .Append(new { type = "Hostname", address = node.Name.Name }),
        },
    };

    private static object Metadata(ObjectName name, Dictionary<string, string>? labels = null, Dictionary<string, string>? annotations = null) =>
        new { name = name.Name, @namespace = name.Namespace, labels, annotations };

    private static IEnumerable<string> Texts(IEnumerable<NetAddress> addresses) => addresses.Select(a => a.ToString());

    private static string Text(L4Protocol protocol) => protocol.ToString().ToUpperInvariant();
}
