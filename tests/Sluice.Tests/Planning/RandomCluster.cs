using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using static Sluice.Tests.Planning.PlanCluster;

namespace Sluice.Tests.Planning;

/// <summary>Clusters of a few Services with all features, and small changes of them; the same seed gives the same.</summary>
internal sealed class RandomCluster(int seed)
{
#pragma warning disable CA5394 // Test data, not secrets.
    private readonly Random _random = new(seed);
    private readonly SortedDictionary<ObjectName, EquatableArray<PortIntent>> _services = [];

    public NodeProfile Node { get; private set; } = ThisNode with
    {
        ServiceCidrs = seed % 2 == 0 ? [Prefix.Parse("172.30.0.0/16"), Prefix.Parse("fd00:172::/64")] : [],
    };

    public IPFamily Family { get; } = seed % 3 == 0 ? IPFamily.IPv6 : IPFamily.IPv4;

    public ServiceIntent Intent => ServiceIntent.Empty(Node, Family).With(_services);

    /// <summary>Makes some Services.</summary>
    public RandomCluster Fill(int most)
    {
        for (var i = _random.Next(most + 1); i > 0; i--)
        {
            Change();
        }

        return this;
    }

    /// <summary>Makes, changes or removes one Service.</summary>
    public ObjectName Change()
    {
        var name = new ObjectName($"ns{_random.Next(3)}", $"svc{_random.Next(12)}");
        if (_random.Next(5) == 0)
        {
            _services.Remove(name);
        }
        else if (_random.Next(3) > 0 && _services.TryGetValue(name, out var ports))
        {
            _services[name] = [.. ports.Select(p => With(p, Endpoints()))];
        }
        else
        {
            _services[name] = [.. Enumerable.Range(0, 1 + _random.Next(2)).Select(i => Port(name, i))];
        }

        return name;
    }

    /// <summary>Changes what all rules depend on.</summary>
    public void ChangeNode() => Node = _random.Next(4) switch
    {
        0 => Node with { MasqueradeAll = !Node.MasqueradeAll },
        1 => Node with { LocalDetector = Node.LocalDetector is LocalDetector.None ? ThisNode.LocalDetector : LocalDetector.NotConfigured },
        2 => Node with { NodePortAddresses = Node.NodePortAddresses.Count == 0 ? [Prefix.Parse("192.168.0.0/16"), Prefix.Parse("2001:db8::/32")] : [] },
        _ => Node with { LocalDetector = new LocalDetector.BridgeInterface($"br{_random.Next(3)}") },
    };

    public int Next(int count) => _random.Next(count);

    private PortIntent Port(ObjectName service, int index)
    {
        var protocol = Pick(L4Protocol.Tcp, L4Protocol.Udp, L4Protocol.Sctp);
        var port = new PortIntent(new ServicePortName(service, $"p{index}", protocol), Address("172.30.0.", "fd00:172::"), 80 + index)
        {
            NodePort = _random.Next(2) * (30000 + _random.Next(100)),
            ExternalIPs = Several("203.0.113.", "2600::"),
            LoadBalancerIPs = Several("198.51.100.", "2601::"),
            SourceRanges = _random.Next(3) > 0 ? [] : [Prefix.Of(Address("10.0.0.", "fd01::"), Family == IPFamily.IPv4 ? 24 : 64), Prefix.Host(NetAddress.Parse(Family == IPFamily.IPv4 ? "192.168.0.2" : "2001:db8::1"))],
            InternalPolicyLocal = _random.Next(4) == 0,
            ExternalPolicyLocal = _random.Next(3) == 0,
            AffinitySeconds = _random.Next(4) == 0 ? 10800 : null,
            HealthCheckNodePort = _random.Next(4) == 0 ? 31000 + _random.Next(100) : 0,
            Endpoints = EndpointChoice.None,
        };
        return With(port, Endpoints());
    }

    private Endpoint[] Endpoints() =>
    [
        .. Enumerable.Range(0, _random.Next(5)).Select(_ => new Endpoint(Address("10.180.0.", "fd00:10::"), 8080)
        {
            IsLocal = _random.Next(2) == 0,
            Ready = _random.Next(4) > 0,
            Terminating = _random.Next(3) == 0,
            Weight = _random.Next(6) == 0 ? 1 + _random.Next(4) : 1,
        }).DistinctBy(e => e.Address).OrderBy(e => e.ToString(), StringComparer.Ordinal),
    ];

    private EquatableArray<NetAddress> Several(string v4, string v6) => [.. Enumerable.Range(0, Math.Max(0, _random.Next(5) - 2)).Select(_ => Address(v4, v6))];

    private NetAddress Address(string v4, string v6) => NetAddress.Parse(Family == IPFamily.IPv4 ? v4 + (1 + _random.Next(9)) : v6 + (1 + _random.Next(9)));

    private T Pick<T>(params T[] values) => values[_random.Next(values.Length)];
#pragma warning restore CA5394
}
