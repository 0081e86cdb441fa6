using Sluice.Dataplane.Conntrack;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Conntrack;

namespace Sluice.Tests.Conntrack;

/// <summary>A small cluster of both families, and flows to it as people write them.</summary>
internal static class FlowCluster
{
    private static readonly NetAddress[] s_nodeAddresses =
        [NetAddress.Parse("192.0.2.1"), NetAddress.Parse("198.18.0.1"), NetAddress.Parse("2001:db8::1"), NetAddress.Parse("127.0.0.1")];

    public static ObjectName Dns { get; } = new("kube-system", "dns");

    public static ObjectName Idle { get; } = new("shop", "idle");

    public static ObjectName Web { get; } = new("shop", "web");

    public static NodeProfile Node { get; } = new()
    {
        Name = "node",
        NodeIPs = [NetAddress.Parse("192.0.2.1"), NetAddress.Parse("2001:db8::1")],
        NodePortAddresses = [NetAddress.Parse("192.0.2.1").AsHost(), NetAddress.Parse("2001:db8::1").AsHost()],
        Zone = "here",
    };

    /// <summary>
    /// DNS over UDP and TCP at every kind of address. Its endpoints .2 and .7 are ready, .7 is meant for another zone; .3 ends but still serves;
    /// .4 fails its probe.
    /// </summary>
    public static Service DnsService { get; } = new(Dns)
    {
        Type = ServiceType.LoadBalancer,
        ClusterIPs = [NetAddress.Parse("10.96.0.10"), NetAddress.Parse("fd00:10:96::10")],
        ExternalIPs = [NetAddress.Parse("198.51.100.1"), NetAddress.Parse("2001:db8:1::1")],
        LoadBalancerIPs = [NetAddress.Parse("203.0.113.1"), NetAddress.Parse("2001:db8:2::1")],
        Ports = [new ServicePort("dns", L4Protocol.Udp, 53, 30053), new ServicePort("dns-tcp", L4Protocol.Tcp, 53, 30053)],
    };

    public static EndpointSlice[] DnsSlices(params SliceEndpoint[] endpoints) =>
    [
        .. new[] { IPFamily.IPv4, IPFamily.IPv6 }.Select(family => new EndpointSlice(new ObjectName(Dns.Namespace, $"dns-{family}"))
        {
            Service = Dns,
            Family = family,
            Ports = [new EndpointPort("dns", L4Protocol.Udp, 5353), new EndpointPort("dns-tcp", L4Protocol.Tcp, 5353)],
            Endpoints = endpoints.Where(e => e.Address.Family == family).ToEquatableArray(),
        }),
    ];

    public static SliceEndpoint[] DnsEndpoints { get; } =
    [
        .. new[] { "10.244.1.", "fd00:244::" }.SelectMany(network => new[]
        {
            new SliceEndpoint(NetAddress.Parse(network + "2")) { NodeName = "node", ZoneHints = ["here"] },
            new SliceEndpoint(NetAddress.Parse(network + "3")) { Ready = false, Terminating = true, ZoneHints = ["here"] },
            new SliceEndpoint(NetAddress.Parse(network + "4")) { Ready = false, Serving = false, ZoneHints = ["here"] },
            new SliceEndpoint(NetAddress.Parse(network + "7")) { ZoneHints = ["elsewhere"] },
        }),
    ];

    public static Service IdleService { get; } = new(Idle)
    {
        ClusterIPs = [NetAddress.Parse("10.96.0.20"), NetAddress.Parse("fd00:10:96::20")],
        Ports = [new ServicePort("", L4Protocol.Udp, 9000, 30900)],
        Type = ServiceType.NodePort,
    };

    public static Service WebService { get; } = new(Web)
    {
        ClusterIPs = [NetAddress.Parse("10.96.0.30")],
        Ports = [new ServicePort("", L4Protocol.Tcp, 80, 0)],
    };

    public static ServiceIntent Intent(IPFamily family, params SliceEndpoint[] dnsEndpoints) => Intent(family, [DnsService, IdleService, WebService], dnsEndpoints);

    public static ServiceIntent Intent(IPFamily family, Service[] services, params SliceEndpoint[] dnsEndpoints)
    {
        var slices = DnsSlices(dnsEndpoints);
        return ServiceIntent.Of(services, name => [.. slices.Where(s => s.Service == name)], Node, family);
    }

    /// <summary>Everything of the cluster as it is described above.</summary>
    public static StaleFlowScope Everything(IPFamily family, bool cleansTcp)
    {
        var scope = new StaleFlowScope(family, cleansTcp);
        scope.AddEverything(Intent(family, DnsEndpoints));
        return scope;
    }

    /// <summary>What is stale of a scope on a node that has one more address than those that serve node ports.</summary>
    public static StaleFlows StaleOf(StaleFlowScope scope) => new(scope, s_nodeAddresses);

    /// <summary>
    /// Reads a flow: <c>udp 10.0.0.1:4000 > 10.96.0.10:53 = 10.244.1.2:5353</c>, then what else is so: <c>unanswered</c>, <c>zone=3</c>,
    /// <c>from=192.0.2.1</c> where its source is translated. It is translated where the reply's source, behind <c>=</c>, is another.
    /// </summary>
    public static ConntrackFlow Flow(string text)
    {
        var words = text.Split(' ');
        var (source, sourcePort) = Socket(words[1]);
        var (destination, destinationPort) = Socket(words[3]);
        var (target, targetPort) = Socket(words[5]);
        var flow = new ConntrackFlow(
            L4Protocol.TryParse(words[0], out var protocol) ? protocol : throw new FormatException(text),
            new ConntrackTuple(source, sourcePort, destination, destinationPort),
            new ConntrackTuple(target, targetPort, source, sourcePort),
            ConntrackStatus.Confirmed | ConntrackStatus.SeenReply | ((target, targetPort) == (destination, destinationPort) ? 0 : ConntrackStatus.DestinationNat),
            Zone: 0);
        return words[6..].Aggregate(flow, (f, word) => word.Split('=') switch
        {
            ["unanswered"] => f with { Status = f.Status & ~ConntrackStatus.SeenReply },
            ["zone", var zone] => f with { Zone = ushort.Parse(zone, System.Globalization.CultureInfo.InvariantCulture) },
            ["from", var address] => f with { Reply = f.Reply with { Destination = NetAddress.Parse(address) } },
            _ => throw new FormatException(text),
        });
    }

    private static Prefix AsHost(this NetAddress address) => Prefix.Host(address);

    private static (NetAddress Address, ushort Port) Socket(string text)
    {
        var colon = text.LastIndexOf(':');
        return (NetAddress.Parse(text[..colon].Trim('[', ']')), ushort.Parse(text[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }
}
