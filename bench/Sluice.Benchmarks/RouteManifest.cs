using System.Globalization;

namespace Sluice.Benchmarks;

/// <summary>
/// A cluster as <c>kubectl get svc,endpointslices,nodes -A -o json</c> prints it: one list of Services with their EndpointSlices and a
/// node. The same bytes for the same numbers; every fourth Service is of type LoadBalancer while node ports last, unless all are to be plain.
/// </summary>
internal sealed class RouteManifest(int services, int endpoints, bool isPlain)
{
    public const int MaxServices = 65_000;

    /// <summary>As many as one EndpointSlice holds.</summary>
    public const int MaxEndpoints = 100;

    public const string NodeName = "node-1";

    private const int LoadBalancerEvery = 4;
    private const int FirstNodePort = 30_000;
    private const int NodePorts = 2_768;
    private const uint ServiceNetwork = 0xAC1E0000; // 172.30.0.0
    private const uint PodNetwork = 0x0A800000; // 10.128.0.0
    private const uint LoadBalancerNetwork = 0xC6120000; // 198.18.0.0

    /// <summary>Writes all of it.</summary>
    public void WriteTo(TextWriter writer) => WriteTo(writer, 0, services);

    /// <summary>Writes the node and some of the Services, for one of several files.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="first">The first Service.</param>
    /// <param name="count">How many.</param>
    /// <param name="moved">The Service whose first endpoint has an address that no other has; none with -1.</param>
    /// <param name="to">Which of those addresses.</param>
    public void WriteTo(TextWriter writer, int first, int count, int moved = -1, int to = 0)
    {
        writer.Write("""
            {
                "apiVersion": "v1",
                "items": [
                    {
                        "apiVersion": "v1",
                        "kind": "Node",
                        "metadata": { "name": "node-1", "labels": { "topology.kubernetes.io/zone": "zone-a" } },
                        "spec": { "podCIDRs": [ "10.128.0.0/24" ] },
                        "status": { "addresses": [ { "type": "InternalIP", "address": "192.168.0.1" } ] }
                    }
            """);
        for (var s = first; s < first + count; s++)
        {
            WriteService(writer, s);
            WriteSlice(writer, s, s == moved ? (services * endpoints) + to : s * endpoints);
        }

        writer.Write("""

                ],
                "kind": "List",
                "metadata": { "resourceVersion": "" }
            }

            """);
    }

    private void WriteService(TextWriter writer, int s)
    {
        var isLoadBalancer = !isPlain && s % LoadBalancerEvery == 0 && s / LoadBalancerEvery < NodePorts;
        var nodePort = isLoadBalancer ? $"""

                                    "nodePort": {FirstNodePort + (s / LoadBalancerEvery)},
            """ : "";
        var type = isLoadBalancer ? "LoadBalancer" : "ClusterIP";
        var status = isLoadBalancer ? $$""" "ingress": [ { "ip": "{{Address(LoadBalancerNetwork, s)}}", "ipMode": "VIP" } ] """ : "";
        writer.Write($$"""
            ,
                    {
                        "apiVersion": "v1",
                        "kind": "Service",
                        "metadata": {
                            "creationTimestamp": "2026-01-01T00:00:00Z",
                            "labels": { "app": "{{Name(s)}}" },
                            "name": "{{Name(s)}}",
                            "namespace": "{{Namespace(s)}}",
                            "resourceVersion": "{{1000 + s}}",
                            "uid": "5e3c1a7e-0000-4000-8000-{{s:x12}}"
                        },
                        "spec": {
                            "clusterIP": "{{Address(ServiceNetwork, s)}}",
                            "clusterIPs": [ "{{Address(ServiceNetwork, s)}}" ],
                            "internalTrafficPolicy": "Cluster",
                            "ipFamilies": [ "IPv4" ],
                            "ipFamilyPolicy": "SingleStack",
                            "ports": [
                                {
                                    "name": "http",{{nodePort}}
                                    "port": 80,
                                    "protocol": "TCP",
                                    "targetPort": 8080
                                }
                            ],
                            "selector": { "app": "{{Name(s)}}" },
                            "sessionAffinity": "None",
                            "type": "{{type}}"
                        },
                        "status": { "loadBalancer": { {{status}} } }
                    }
            """);
    }

    private void WriteSlice(TextWriter writer, int s, int firstAddress)
    {
        writer.Write($$"""
            ,
                    {
                        "addressType": "IPv4",
                        "apiVersion": "discovery.k8s.io/v1",
                        "endpoints": [
            """);
        for (var e = 0; e < endpoints; e++)
        {
            writer.Write($$"""
                {{(e == 0 ? "" : ",")}}
                            {
                                "addresses": [ "{{Address(PodNetwork, e == 0 ? firstAddress : (s * endpoints) + e)}}" ],
                                "conditions": { "ready": true, "serving": true, "terminating": false },
                                "nodeName": "node-{{1 + (e % 100)}}",
                                "targetRef": { "kind": "Pod", "name": "{{Name(s)}}-{{e}}", "namespace": "{{Namespace(s)}}", "uid": "9d2b6f10-0000-4000-8000-{{(s * endpoints) + e:x12}}" },
                                "zone": "zone-a"
                            }
                """);
        }

        writer.Write($$"""

                        ],
                        "kind": "EndpointSlice",
                        "metadata": {
                            "labels": {
                                "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
                                "kubernetes.io/service-name": "{{Name(s)}}"
                            },
                            "name": "{{Name(s)}}-abcde",
                            "namespace": "{{Namespace(s)}}",
                            "resourceVersion": "{{100_000 + s}}"
                        },
                        "ports": [ { "name": "http", "port": 8080, "protocol": "TCP" } ]
                    }
            """);
    }

    private static string Namespace(int service) => $"ns{service / 100:D2}";

    private static string Name(int service) => $"svc{service:D4}";

    private static string Address(uint network, int index)
    {
        var address = network + (uint)index + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");
    }
}
