using System.Globalization;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Dataplane.Comparing;

/// <summary>
/// A cluster of another size with the shape of a given one: its Services are those of the given one, repeated in their order under other names and addresses,
/// or, of fewer, taken evenly from all of them. So kinds, policies, ports and endpoints keep their shares. Pure: the same cluster and size give the same.
/// </summary>
public sealed class ScaledCluster
{
    /// <summary>The most Services that a cluster is made of: as many as have addresses.</summary>
    public const int MaxServices = 60_000;

    // A plan holds some rules for each in memory: so many take a few gigabytes.
    private const int MaxEndpoints = 500_000;

    // The API server's default range: a cluster has no more node ports than these, and Services beyond go without.
    private const int FirstNodePort = 30_000;
    private const int LastNodePort = 32_767;

    private readonly AddressSupply _clusterIPs;
    private readonly AddressSupply _externalIPs;
    private readonly AddressSupply _endpoints;
    private int _nodePort = FirstNodePort;

    private ScaledCluster(ServiceIntent cluster)
    {
        var isIPv4 = cluster.Family == IPFamily.IPv4;
        (_clusterIPs, _externalIPs, _endpoints) = (
            new AddressSupply(isIPv4 ? "198.18.0.0" : "fd00:51:1::"),
            new AddressSupply(isIPv4 ? "172.16.0.0" : "fd00:51:2::"),
            new AddressSupply(isIPv4 ? "100.65.0.0" : "fd00:51:3::"));
    }

    /// <summary>The most Services of a cluster's kind that can well be planned, 1 to <see cref="MaxServices"/>: with many endpoints each they are fewer.</summary>
    public static int MostServices(ServiceIntent cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return (int)long.Clamp((long)MaxEndpoints * cluster.ServiceCount / int.Max(1, cluster.EndpointCount), 1, MaxServices);
    }

    /// <summary>Makes a cluster.</summary>
    /// <param name="cluster">The one whose shape it has.</param>
    /// <param name="services">How many Services, 1 to <see cref="MaxServices"/>.</param>
    /// <exception cref="ArgumentException">The given cluster has no Service, or so many are not possible.</exception>
    public static ServiceIntent Make(ServiceIntent cluster, int services)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (cluster.ServiceCount == 0)
        {
            throw new ArgumentException("a cluster without Services has no shape", nameof(cluster));
        }

        if (services is < 1 or > MaxServices)
        {
            throw new ArgumentException($"a cluster of 1 to {MaxServices} Services can be made, not of {services}", nameof(services));
        }

        var scaled = new ScaledCluster(cluster);
        EquatableArray<PortIntent>[] templates = [.. cluster.Services.Select(s => s.Value)];
        return ServiceIntent.Empty(cluster.Node, cluster.Family).With(
            Enumerable.Range(0, services).Select(i => scaled.Copy(templates[TemplateOf(i, services, templates.Length)], i)));
    }

    private static int TemplateOf(int service, int services, int templates) =>
        services >= templates ? service % templates : (int)(((2L * service) + 1) * templates / (2L * services));

    private KeyValuePair<ObjectName, EquatableArray<PortIntent>> Copy(EquatableArray<PortIntent> ports, int number)
    {
        var name = new ObjectName("scaled", string.Create(CultureInfo.InvariantCulture, $"service-{number + 1:D5}"));
        var clusterIP = _clusterIPs.Next();
        var addresses = new Dictionary<NetAddress, NetAddress>();
        var copies = new List<PortIntent>(ports.Count);
        var healthCheckPort = ports.Any(p => p.HealthCheckNodePort != 0) ? NextNodePort() : 0;
        foreach (var port in ports)
        {
            copies.Add(EndpointMapping.Map(port, a => Map(a, addresses, _endpoints)) with
            {
                Name = port.Name with { Service = name },
                ClusterIP = clusterIP,
                NodePort = port.NodePort == 0 ? 0 : NextNodePort(),
                HealthCheckNodePort = port.HealthCheckNodePort == 0 ? 0 : healthCheckPort,
                ExternalIPs = port.ExternalIPs.Select(a => Map(a, addresses, _externalIPs)).ToEquatableArray(),
                LoadBalancerIPs = port.LoadBalancerIPs.Select(a => Map(a, addresses, _externalIPs)).ToEquatableArray(),
            });
        }

        return KeyValuePair.Create(name, copies.ToEquatableArray());
    }

    private static NetAddress Map(NetAddress address, Dictionary<NetAddress, NetAddress> known, AddressSupply supply) =>
        known.TryGetValue(address, out var mapped) ? mapped : known[address] = supply.Next();

    private int NextNodePort() => _nodePort > LastNodePort ? 0 : _nodePort++;

    // One address after the other.
    private sealed class AddressSupply(string first)
    {
        private NetAddress _last = NetAddress.Parse(first);

        public NetAddress Next() => _last = _last with { Bits = _last.Bits + 1 };
    }
}
