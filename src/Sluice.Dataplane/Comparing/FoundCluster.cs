using System.Globalization;
using Sluice.Dataplane.Services;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;

namespace Sluice.Dataplane.Comparing;

/// <summary>
/// The cluster that a node's rules show: as many Services, of the same kinds, with as many endpoints, under names and addresses made up. Enough to compare what modes
/// cost; not enough to route for, since rules do not tell all that an API server knows.
/// </summary>
public static class FoundCluster
{
    private static readonly NetAddress[] s_nodes = [NetAddress.Parse("192.0.2.1"), NetAddress.Parse("2001:db8::1")];

    /// <summary>The cluster of the Services found in one family.</summary>
    /// <param name="snapshot">The node.</param>
    /// <param name="services">The Services that its rules serve.</param>
    /// <param name="family">The family.</param>
    public static ServiceIntent Of(NodeSnapshot snapshot, IReadOnlyList<ServiceInfo> services, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(services);
        var found = services.Where(s => s.Family == family && s.Addresses.Count > 0 && IsServed(s.Protocol)).GroupBy(s => s.Name, StringComparer.Ordinal);
        var intent = ServiceIntent.Empty(NodeOf(snapshot, services, family), family).With(found.Select((service, number) =>
        {
            var name = new ObjectName("found", string.Create(CultureInfo.InvariantCulture, $"service-{number:D5}"));
            return KeyValuePair.Create(name, service.Select((info, port) => PortOf(info, name, port)).ToEquatableArray());
        }));
        return intent.ServiceCount == 0 ? intent : ScaledCluster.Make(intent, intent.ServiceCount);
    }

    private static bool IsServed(L4Protocol protocol) => protocol == L4Protocol.Tcp || protocol == L4Protocol.Udp || protocol == L4Protocol.Sctp;

    private static NodeProfile NodeOf(NodeSnapshot snapshot, IReadOnlyList<ServiceInfo> services, IPFamily family)
    {
        var own = snapshot.Interfaces?.Interfaces.SelectMany(i => i.Addresses)
            .Where(a => a.Address.Family == family && a.Scope == AddressScope.Global)
            .Select(a => (NetAddress?)a.Address).FirstOrDefault() ?? s_nodes[(int)family];
        return new NodeProfile
        {
            Name = "found",
            NodeIPs = [own],
            LocalAddresses = [own],
            NodePortAddresses = [Prefix.Host(own)],
            LocalDetector = PodNetwork.Guess(snapshot, family, services) is { } pods ? new LocalDetector.Cidr([pods.Prefix]) : LocalDetector.NotConfigured,
        };
    }

    private static PortIntent PortOf(ServiceInfo info, ObjectName name, int number)
    {
        EquatableArray<NetAddress> AddressesOf(ServiceAddressKind kind) =>
            info.Addresses.Where(a => a.Kind == kind).Select(a => a.Address).OfType<NetAddress>().Distinct().ToEquatableArray();

        var endpoints = EndpointsOf(info.Endpoints, info, isLocal: false);
        var local = EndpointsOf(info.LocalEndpoints, info, isLocal: true);
        var portName = string.Create(CultureInfo.InvariantCulture, $"p{number}");
        return new PortIntent(new ServicePortName(name, portName, info.Protocol), info.Addresses[0].Address ?? s_nodes[(int)info.Family], info.Addresses[0].Port)
        {
            NodePort = info.Addresses.FirstOrDefault(a => a.Kind == ServiceAddressKind.NodePort)?.Port ?? 0,
            ExternalIPs = AddressesOf(ServiceAddressKind.ExternalIP),
            LoadBalancerIPs = AddressesOf(ServiceAddressKind.LoadBalancer),
            SourceRanges = info.SourceRanges,
            InternalPolicyLocal = info.InternalPolicy == Services.TrafficPolicy.Local,
            ExternalPolicyLocal = info.ExternalPolicy == Services.TrafficPolicy.Local,
            AffinitySeconds = info.HasAffinity ? 10_800 : null,
            HealthCheckNodePort = info.HealthCheckPort ?? 0,
            Endpoints = new EndpointChoice(endpoints, local, endpoints.Concat(local).DistinctBy(e => e.ToString()).ToEquatableArray(), endpoints.Count > 0),
            EndpointCount = endpoints.Count,
        };
    }

    private static EquatableArray<Endpoint> EndpointsOf(EquatableArray<ServiceEndpoint> endpoints, ServiceInfo info, bool isLocal) => endpoints
        .Select((e, i) => new Endpoint(e.Address ?? new NetAddress(info.Family, (UInt128)(i + 1)), e.Port ?? info.Addresses[0].Port) { IsLocal = isLocal })
        .ToEquatableArray();
}
