using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>Makes clusters of all features from a seed; the same seed makes the same cluster.</summary>
internal sealed class EquationGenerator
{
    private static readonly L4Protocol[] s_protocols = [L4Protocol.Tcp, L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp];
    private static readonly string[] s_zones = ["a", "b", "c"];

    private readonly Random _random;
    private readonly int _seed;
    private readonly IPFamily _family;

    // Above 1,000 endpoints rules go without comments.
    private readonly bool _isLarge;

    // Whether several Services may claim the same external address and port.
    private readonly bool _isContested;

    private EquationGenerator(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
        _family = Chance(60) ? IPFamily.IPv4 : IPFamily.IPv6;
        _isLarge = seed % 100 == 50;
        _isContested = Chance(15);
    }

    public static EquationCluster Make(int seed) => new EquationGenerator(seed).Make();

    private EquationCluster Make()
    {
        var podInterface = Pick("cbr0", "veth1a", "cali3");
        var node = new NodeProfile
        {
            Name = "n1",
            NodeIPs = EquationAddresses.NodeIPs,
            LocalAddresses = EquationAddresses.Own,
            Zone = Chance(70) ? Pick(s_zones) : null,
            LocalDetector = Detector(podInterface),
            MasqueradeAll = Chance(20),
            NodePortAddresses = Chance(60) ? [] : Some(2, 3, NodePortRange),
            LocalhostNodePorts = Chance(75),
            ServiceCidrs = _seed % 2 == 0 ? EquationAddresses.ServiceCidrs : [],
        };
        var options = new IptablesPlanOptions(_family)
        {
            MasqueradeMark = 1u << (Chance(70) ? 14 : _random.Next(32)),
            RandomFully = Chance(50),
            DropInvalid = Chance(80),
            CountsPackets = Chance(20),
        };
        var services = new List<Service>();
        var slices = new List<EndpointSlice>();
        for (var i = 1; i <= (_isLarge ? 26 : _random.Next(1, 6)); i++)
        {
            var service = MakeService(i);
            services.Add(service);
            slices.AddRange(SlicesOf(service));
        }

        return new EquationCluster(_seed, options, node, podInterface, services.ToEquatableArray(), slices.ToEquatableArray());
    }

    private LocalDetector Detector(string podInterface) => _random.Next(7) switch
    {
        0 => LocalDetector.NotConfigured,
        1 => new LocalDetector.BridgeInterface(Chance(80) ? podInterface : "cbr0"),
        2 => new LocalDetector.InterfaceNamePrefix(Chance(80) ? podInterface[..4] : "veth"),
        3 => new LocalDetector.Cidr(EquationAddresses.NodePods),
        4 => new LocalDetector.Cidr([EquationAddresses.ClusterPods[_random.Next(2)]]),
        5 => new LocalDetector.Cidr([.. EquationAddresses.NodePods, .. EquationAddresses.ClusterPods]),
        _ => new LocalDetector.Cidr(EquationAddresses.ClusterPods),
    };

    private Prefix NodePortRange() => Prefix.Parse(_family == IPFamily.IPv4
        ? Pick("192.168.0.0/24", "192.168.0.2/32", "192.168.0.0/16", "127.0.0.0/8", "10.180.0.0/16", "0.0.0.0/0", "2001:db8:a::/48", "100.64.0.0/10")
        : Pick("2001:db8:a::/64", "2001:db8:a:1::2/128", "2001:db8::/32", "::1/128", "fd00:180::/32", "::/0", "192.168.0.0/16"));

    private Service MakeService(int number)
    {
        var type = Chance(3) ? ServiceType.ExternalName : Pick(ServiceType.ClusterIP, ServiceType.NodePort, ServiceType.LoadBalancer, ServiceType.LoadBalancer);
        var isPublished = type is ServiceType.NodePort or ServiceType.LoadBalancer;
        var isDual = Chance(40);
        NetAddress[] Both(Func<IPFamily, NetAddress> address) => [.. Families(isDual).Select(address)];
        var protocol = Pick(s_protocols);
        return new Service(new ObjectName(Pick("ns1", "ns2"), $"svc{number}"))
        {
            Type = type,
            ClusterIPs = Chance(3) ? [] : Both(f => EquationAddresses.ClusterIP(f, 10 + number)).ToEquatableArray(),
            Ports = Enumerable.Range(0, _random.Next(1, 4)).Select(i => new ServicePort(
                i == 0 && Chance(50) ? "" : $"p{i}",
                Chance(70) ? protocol : Pick(s_protocols),
                80 + i,
                isPublished && Chance(90) ? 30000 + (10 * number) + i : 0)).ToEquatableArray(),
            ExternalIPs = Chance(35)
                ? Both(f => _isContested ? EquationAddresses.ExternalIP(f, _random.Next(1, 3)) : Chance(10) ? OwnAddress(f, number) : EquationAddresses.ExternalIP(f, 10 + number)).ToEquatableArray()
                : [],
            LoadBalancerIPs = type == ServiceType.LoadBalancer && Chance(90)
                ? Some(1, 2, n => Both(f => _isContested ? EquationAddresses.ExternalIP(f, _random.Next(1, 3)) : Chance(15) ? OwnAddress(f, number) : EquationAddresses.LoadBalancer(f, (10 * number) + n)))
                : [],
            SourceRanges = type == ServiceType.LoadBalancer && Chance(50) ? Some(1, 3, SourceRange) : [],
            InternalTrafficPolicy = Chance(30) ? TrafficPolicy.Local : TrafficPolicy.Cluster,
            ExternalTrafficPolicy = Chance(45) ? TrafficPolicy.Local : TrafficPolicy.Cluster,
            AffinitySeconds = Chance(25) ? Pick(60, 10800) : null,
            HealthCheckNodePort = type == ServiceType.LoadBalancer ? 32000 + number : 0,
            HasOtherProxy = Chance(3),
        };
    }

    // One address of the node for one Service only: two Services on it would claim the same place.
    private static NetAddress OwnAddress(IPFamily family, int number)
    {
        var own = EquationAddresses.Own.Where(a => a.Family == family && !a.IsLoopback).ToArray();
        return number <= own.Length ? own[number - 1] : EquationAddresses.ExternalIP(family, 10 + number);
    }

    private IEnumerable<IPFamily> Families(bool isDual) =>
        isDual ? [IPFamily.IPv4, IPFamily.IPv6] : Chance(95) ? [_family] : [IPFamily.IPv6 - (int)_family];

    private Prefix SourceRange() => _random.Next(8) switch
    {
        0 => Prefix.Of(EquationAddresses.OtherNode(_family), _family == IPFamily.IPv4 ? 24 : 64),
        1 => Prefix.Host(EquationAddresses.NodeIPs[(int)_family]),
        2 => EquationAddresses.NodePods[(int)_family],
        3 => Chance(20) ? Prefix.Of(EquationAddresses.Client(_family, 0), 0) : Prefix.Host(EquationAddresses.Client(_family, 200)),
        4 => EquationAddresses.SomeClients(IPFamily.IPv6 - (int)_family),
        _ => EquationAddresses.SomeClients(_family),
    };

    private IEnumerable<EndpointSlice> SlicesOf(Service service)
    {
        var mood = _random.Next(10);
        var hints = _random.Next(4);
        var locality = _random.Next(4);
        var isWeighted = Chance(20);
        for (var s = 0; s < (Chance(5) ? 0 : _random.Next(1, 3)); s++)
        {
            var family = Chance(95) ? _family : IPFamily.IPv6 - (int)_family;
            var count = _isLarge ? 26 : Chance(3) ? _random.Next(10, 40) : _random.Next(0, 7);
            yield return new EndpointSlice(new ObjectName(service.Name.Namespace, $"{service.Name.Name}-{s}"))
            {
                Service = service.Name,
                Family = family,
                IsHeadless = Chance(3),
                Ports = service.Ports.Where(_ => Chance(92)).Select(p => new EndpointPort(p.Name, p.Protocol, 8080 + p.Port)).ToEquatableArray(),
                Endpoints = Enumerable.Range(0, count).Select(_ => MakeEndpoint(family, mood, hints, locality, isWeighted)).ToEquatableArray(),
            };
        }
    }

    private SliceEndpoint MakeEndpoint(IPFamily family, int mood, int hints, int locality, bool isWeighted)
    {
        var isLocal = locality switch { 0 => true, 1 => false, _ => Chance(50) };
        var number = _isLarge ? _random.Next(10, 250) : _random.Next(10, 18);
        var isOnNode = Chance(6);
        var address = isOnNode
            ? isLocal ? EquationAddresses.NodeIPs[(int)family] : EquationAddresses.OtherNode(family)
            : isLocal ? EquationAddresses.LocalPod(family, number) : EquationAddresses.RemotePod(family, number);
        var (ready, serving, terminating) = mood switch
        {
            0 or 1 or 2 => (true, true, false),
            3 => (false, true, true),
            4 => (false, false, Chance(50)),
            _ => _random.Next(6) switch { 0 => (false, true, true), 1 => (false, false, false), 2 => (false, false, true), 3 => (true, true, Chance(20)), _ => (true, true, false) },
        };
        return new SliceEndpoint(address)
        {
            Ready = ready,
            Serving = serving,
            Terminating = terminating,
            NodeName = isLocal ? "n1" : Chance(95) ? "n2" : null,
            ZoneHints = hints >= 2 && Chance(95) ? Some(1, 2, () => Pick(s_zones)) : [],
            Weight = isWeighted && Chance(60) ? _random.Next(1, 5) : 1,
            NodeHints = hints == 3 && Chance(95) ? [isLocal ? "n1" : "n2"] : [],
        };
    }

    private bool Chance(int percent) => _random.Next(100) < percent;

    private T Pick<T>(params ReadOnlySpan<T> items) => items[_random.Next(items.Length)];

    private EquatableArray<T> Some<T>(int least, int most, Func<T> make) =>
        Enumerable.Range(0, _random.Next(least, most + 1)).Select(_ => make()).ToEquatableArray();

    private EquatableArray<T> Some<T>(int least, int most, Func<int, T[]> make) =>
        Enumerable.Range(0, _random.Next(least, most + 1)).SelectMany(make).Distinct().ToEquatableArray();
}
