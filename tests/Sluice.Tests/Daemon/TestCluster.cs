using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Tests.Daemon;

/// <summary>Small clusters, and random changes to them.</summary>
internal sealed class TestCluster
{
    private const int MostServices = 12;

    private readonly SortedDictionary<int, ClusterObject> _services = [];
    private readonly SortedDictionary<int, ClusterObject> _slices = [];

    /// <summary>Everything there is, as changes.</summary>
    public IReadOnlyList<ClusterChange> All => [.. _services.Values.Concat(_slices.Values).Select(o => new ClusterChange.Upsert(o))];

    public static ObjectName NameOf(int service) => new("ns", $"s{service}");

    public static Service ServiceOf(int number, ServiceType type = ServiceType.ClusterIP, int ports = 1, int? affinity = null) => new(NameOf(number))
    {
        Type = type,
        ClusterIPs = [NetAddress.Parse($"172.30.0.{number + 1}"), NetAddress.Parse($"fd30::{number + 1:x}")],
        Ports = Enumerable.Range(0, ports)
            .Select(p => new ServicePort(ports == 1 ? "" : $"p{p}", L4Protocol.Tcp, 80 + p, type == ServiceType.ClusterIP ? 0 : 30000 + (number * 10) + p))
            .ToEquatableArray(),
        LoadBalancerIPs = type == ServiceType.LoadBalancer ? [NetAddress.Parse($"192.0.2.{number + 1}")] : [],
        AffinitySeconds = affinity,
    };

    public static EndpointSlice SliceOf(int number, int ports, params int[] endpoints) => new(new ObjectName("ns", $"s{number}-a"))
    {
        Service = NameOf(number),
        Family = IPFamily.IPv4,
        Ports = Enumerable.Range(0, ports).Select(p => new EndpointPort(ports == 1 ? "" : $"p{p}", L4Protocol.Tcp, 8080 + p)).ToEquatableArray(),
        Endpoints = endpoints
            .Select(e => new SliceEndpoint(NetAddress.Parse($"10.0.{number}.{e + 1}")) { NodeName = e % 2 == 0 ? "node" : "other" })
            .ToEquatableArray(),
    };

    /// <summary>Puts a Service and its endpoints there.</summary>
    public IReadOnlyList<ClusterChange> Put(int number, ServiceType type = ServiceType.ClusterIP, int ports = 1, int? affinity = null, params int[] endpoints)
    {
        _services[number] = ServiceOf(number, type, ports, affinity);
        _slices[number] = SliceOf(number, ports, endpoints);
        return [new ClusterChange.Upsert(_services[number]), new ClusterChange.Upsert(_slices[number])];
    }

    /// <summary>Changes something.</summary>
    public IReadOnlyList<ClusterChange> Change(Random random)
    {
        var number = random.Next(MostServices);
        if (!_services.TryGetValue(number, out var service) || random.Next(3) == 0)
        {
            return Put(
                number,
                (ServiceType)random.Next(3),
                1 + random.Next(2),
                random.Next(4) == 0 ? 100 : null,
                [.. Enumerable.Range(0, 6).Where(_ => random.Next(2) == 0)]);
        }

        switch (random.Next(4))
        {
            case 0:
                _services.Remove(number);
                return [new ClusterChange.Delete(service)];
            case 1 when _slices.Remove(number, out var slice):
                return [new ClusterChange.Delete(slice)];
            default:
                _slices[number] = SliceOf(number, ((Service)service).Ports.Count, [.. Enumerable.Range(0, 6).Where(_ => random.Next(2) == 0)]);
                return [new ClusterChange.Upsert(_slices[number])];
        }
    }
}
