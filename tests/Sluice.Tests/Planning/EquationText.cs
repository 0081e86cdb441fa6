using System.Text;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>A cluster as text, close to YAML: only what is not the default.</summary>
internal static class EquationText
{
    public static string Of(EquationCluster cluster)
    {
        var text = new StringBuilder();
        var node = cluster.Node;
        text.Append($"# seed {cluster.Seed}, {cluster.Options}\n");
        text.Append($"node: {{ zone: {node.Zone ?? "-"}, detector: {Detector(node.LocalDetector)}, podInterface: {cluster.PodInterface}");
        Append(text, ", masqueradeAll", node.MasqueradeAll);
        Append(text, ", noLocalhostNodePorts", !node.LocalhostNodePorts);
        Append(text, ", nodePortAddresses", node.NodePortAddresses);
        text.Append(" }\n");
        foreach (var service in cluster.Services)
        {
            text.Append($"- service: {service.Name}\n  type: {service.Type}\n  clusterIPs: {List(service.ClusterIPs)}\n");
            text.Append($"  ports: {List(service.Ports.Select(p => $"'{p.Name}' {p.Protocol} {p.Port}{(p.NodePort == 0 ? "" : $" nodePort {p.NodePort}")}"))}\n");
            Append(text, "  externalIPs", service.ExternalIPs, "\n");
            Append(text, "  loadBalancerIPs", service.LoadBalancerIPs, "\n");
            Append(text, "  sourceRanges", service.SourceRanges, "\n");
            Append(text, "  internalTrafficPolicy: Local", service.InternalTrafficPolicy == TrafficPolicy.Local, "\n");
            Append(text, "  externalTrafficPolicy: Local", service.ExternalTrafficPolicy == TrafficPolicy.Local, "\n");
            Append(text, $"  affinitySeconds: {service.AffinitySeconds}", service.AffinitySeconds is not null, "\n");
            Append(text, $"  healthCheckNodePort: {service.HealthCheckNodePort}", service.HealthCheckNodePort != 0, "\n");
            Append(text, "  otherProxy: true", service.HasOtherProxy, "\n");
            foreach (var slice in cluster.Slices.Where(s => s.Service == service.Name))
            {
                text.Append($"  - slice: {slice.Family}{(slice.IsHeadless ? " headless" : "")}, ports {List(slice.Ports.Select(p => $"'{p.Name}' {p.Protocol} {p.Port}"))}\n");
                foreach (var endpoint in slice.Endpoints)
                {
                    text.Append($"    - {Endpoint(endpoint)}\n");
                }
            }
        }

        return text.ToString();
    }

    public static string Of(Packet packet) =>
        $"{packet.Protocol} {packet.Source.WithPort(packet.SourcePort)} -> {packet.Destination.WithPort(packet.DestinationPort)}, " +
        (packet.Entry == PacketEntry.Local ? "sent by the node" : $"from {packet.InInterface}");

    public static string Of(RouteAnswer answer) => answer is RouteAnswer.Forwarded forwarded
        ? $"{forwarded.Service} to {string.Join(' ', forwarded.Choices.Select(c => $"{c.Endpoint}{(c.Weight == 1 ? "" : $" x{c.Weight}")}{(c.Masquerade ? "*" : "")}"))}{(forwarded.AffinitySeconds is { } s ? $", affinity {s} s" : "")}"
        : answer.ToString();

    private static string Endpoint(SliceEndpoint endpoint)
    {
        var words = new List<string> { endpoint.Address.ToString(), $"on {endpoint.NodeName ?? "-"}" };
        words.Add((endpoint.Ready, endpoint.Serving, endpoint.Terminating) switch
        {
            (true, true, false) => "",
            (var ready, var serving, var terminating) => $"ready {ready}, serving {serving}, terminating {terminating}",
        });
        words.Add(endpoint.Weight == 1 ? "" : $"weight {endpoint.Weight}");
        words.Add(endpoint.ZoneHints.Count == 0 ? "" : $"zones {List(endpoint.ZoneHints)}");
        words.Add(endpoint.NodeHints.Count == 0 ? "" : $"nodes {List(endpoint.NodeHints)}");
        return string.Join(' ', words.Where(w => w.Length > 0));
    }

    private static string Detector(LocalDetector detector) => detector switch
    {
        LocalDetector.Cidr cidr => $"cidr {List(cidr.Cidrs)}",
        LocalDetector.BridgeInterface bridge => $"bridge {bridge.Name}",
        LocalDetector.InterfaceNamePrefix prefix => $"interfaces {prefix.Prefix}*",
        _ => "-",
    };

    private static string List<T>(IEnumerable<T> items) => $"[{string.Join(", ", items)}]";

    private static void Append(StringBuilder text, string name, bool value, string end = "") => _ = value ? text.Append(name).Append(end) : text;

    private static void Append<T>(StringBuilder text, string name, EquatableArray<T> items, string end = "") =>
        _ = items.Count > 0 ? text.Append(name).Append(": ").Append(List(items)).Append(end) : text;
}
