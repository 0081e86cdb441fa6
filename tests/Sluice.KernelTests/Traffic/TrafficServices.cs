using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.KernelTests.Traffic;

/// <summary>
/// The Services of the traffic tests, one per feature, each with a TCP, a UDP and an SCTP port, addresses of every kind and both
/// families.
/// </summary>
internal static class TrafficServices
{
    /// <summary>The port of every Service.</summary>
    public const int Port = 80;

    /// <summary>The port of every server.</summary>
    public const int TargetPort = 8080;

    /// <summary>Where the health of Services with an external Local policy is asked for: the port of the first of them.</summary>
    public const int FirstHealthPort = 32000;

    private static readonly (string Name, L4Protocol Protocol)[] s_ports = [("t", L4Protocol.Tcp), ("u", L4Protocol.Udp), ("s", L4Protocol.Sctp)];

    private static readonly Entry[] s_entries =
    [
        new("everywhere", ["a", "b", "far"]),
        new("one", ["b"]),
        new("none", []),
        new("not-ready", ["a"]) { Of = e => e with { Ready = false, Serving = false } },
        new("ending", ["a", "far"]) { Of = e => e with { Ready = false, Terminating = true } },
        new("itself", ["caller"]),
        new("host", ["node-1"]),
        new("far-host", ["node-2"]),
        new("sticky", ["a", "b", "far"]) { Change = s => s with { AffinitySeconds = 2 } },
        new("outside-local", ["a", "b", "far"]) { Change = OutsideLocal },
        new("outside-local-far", ["far"]) { Change = OutsideLocal },
        new("outside-local-none", []) { Change = OutsideLocal },
        new("outside-local-host", ["node-1", "node-2"]) { Change = OutsideLocal },
        new("inside-local", ["a", "far"]) { Change = s => s with { InternalTrafficPolicy = TrafficPolicy.Local } },
        new("inside-local-far", ["far"]) { Change = s => s with { InternalTrafficPolicy = TrafficPolicy.Local } },
        new("both-local", ["a", "far"]) { Change = s => OutsideLocal(s) with { InternalTrafficPolicy = TrafficPolicy.Local } },
        new("ranges", ["a", "far"]) { Change = s => s with { SourceRanges = s_clientRange } },
        new("ranges-local", ["a", "far"]) { Change = s => OutsideLocal(s) with { SourceRanges = s_clientRange } },
        new("ranges-node", ["a", "far"]) { Change = s => s with { SourceRanges = s_nodeRange } },
        new("ranges-any", ["b"]) { Change = s => s with { SourceRanges = [Prefix.Parse("0.0.0.0/0"), Prefix.Parse("::/0")] } },
        new("ranges-none", []) { Change = s => s with { SourceRanges = s_clientRange } },
    ];

    private static readonly EquatableArray<Prefix> s_clientRange = [Prefix.Parse("203.0.113.7/32"), Prefix.Parse("2001:db8:2::7/128")];
    private static readonly EquatableArray<Prefix> s_nodeRange = [Prefix.Parse("192.0.2.1/32"), Prefix.Parse("2001:db8:1::1/128")];

    /// <summary>The Services.</summary>
    public static IReadOnlyList<Service> All { get; } = [.. s_entries.Select((e, i) => Make(e, i + 1))];

    /// <summary>The slices of a Service, where the machines of a lab are its endpoints.</summary>
    public static IReadOnlyList<EndpointSlice> SlicesOf(ObjectName service, LabCluster lab)
    {
        var entry = s_entries.First(e => e.Name == service.Name);
        var endpoints = lab.Nodes
            .SelectMany(n => n.Pods.Append(n.Machine).Select(m => (Machine: m, Node: n)))
            .Where(m => entry.Endpoints.Contains(m.Machine.Name))
            .ToList();
        return [.. new[] { IPFamily.IPv4, IPFamily.IPv6 }.Select(family => new EndpointSlice(new ObjectName(service.Namespace, $"{service.Name}-{(family == IPFamily.IPv4 ? "v4" : "v6")}"))
        {
            Service = service,
            Family = family,
            Ports = s_ports.Select(p => new EndpointPort(p.Name, p.Protocol, TargetPort)).ToEquatableArray(),
            Endpoints = endpoints.Select(e => entry.Of(new SliceEndpoint(e.Machine.Address(family)) { NodeName = e.Node.Machine.Name })).ToEquatableArray(),
        })];
    }

    private static Service OutsideLocal(Service service) => service with
    {
        ExternalTrafficPolicy = TrafficPolicy.Local,
        HealthCheckNodePort = FirstHealthPort + service.Ports[0].NodePort - 30000,
    };

    private static Service Make(Entry entry, int number) => entry.Change(new Service(new ObjectName("lab", entry.Name))
    {
        Type = ServiceType.LoadBalancer,
        ClusterIPs = [NetAddress.Parse($"10.96.0.{number}"), NetAddress.Parse($"fd00:10:96::{number}")],
        LoadBalancerIPs = [NetAddress.Parse($"198.51.100.{number}"), NetAddress.Parse($"2001:db8:3::{number}")],
        ExternalIPs = [NetAddress.Parse($"198.51.100.{number + 100}"), NetAddress.Parse($"2001:db8:3::{number + 100}")],
        Ports = s_ports.Select(p => new ServicePort(p.Name, p.Protocol, Port, 30000 + number)).ToEquatableArray(),
    });

    /// <summary>One Service.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Endpoints">The machines that are its endpoints.</param>
    private sealed record Entry(string Name, string[] Endpoints)
    {
        public Func<Service, Service> Change { get; init; } = s => s;

        public Func<SliceEndpoint, SliceEndpoint> Of { get; init; } = e => e;
    }
}
