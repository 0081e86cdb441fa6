using System.Globalization;
using Sluice.Dataplane.Services.Ipvs;
using Sluice.Dataplane.Services.Native;
using Sluice.Net;
using Sluice.Netfilter;

namespace Sluice.Dataplane.Services;

/// <summary>Finds the Services that a node's rules, or IPVS, serve.</summary>
public static class ServiceFinder
{
    // The order in which a name is taken to mean an address.
    private static readonly ServiceAddressKind[] s_preference =
        [ServiceAddressKind.ClusterIP, ServiceAddressKind.LoadBalancer, ServiceAddressKind.ExternalIP, ServiceAddressKind.NodePort];

    /// <summary>All Services of a node, in the order in which its rules name them, those of IPVS last; IPv4 first.</summary>
    public static IReadOnlyList<ServiceInfo> FindAll(NodeSnapshot node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var ruleset = node.Ruleset;
        var services = new List<ServiceInfo>();
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            services.AddRange(new ServiceDiscovery(family, ruleset.Find(family, "nat"), ruleset.Find(family, "filter")).Run());
            foreach (var table in ruleset.Of(family).Where(t => t is { IsNative: true, IsDormant: false }))
            {
                services.AddRange(new NativeDiscovery(family, table).Run());
            }

            services.AddRange(new BalancedDiscovery(node, family).Run());
        }

        return services;
    }

    /// <summary>
    /// The addresses that <c>namespace/service[:port]</c> may mean, best first: ClusterIP before LoadBalancer, ExternalIP and
    /// NodePort, each by the order of the rules. The port is the port's name or a number. Without a namespace, <c>default</c> is meant.
    /// </summary>
    public static IReadOnlyList<ServiceCandidate> Find(IEnumerable<ServiceInfo> services, string name, IPFamily? family = null, L4Protocol? protocol = null)
    {
        var colon = name.LastIndexOf(':');
        var port = colon < 0 ? null : name[(colon + 1)..];
        var service = colon < 0 ? name : name[..colon];
        service = service.Contains('/') ? service : "default/" + service;
        return
        [
            .. services
                .Where(s => s.Name == service && (family is null || s.Family == family) && (protocol is null || s.Protocol == protocol))
                .SelectMany(s => s.Addresses.Select(a => new ServiceCandidate(s, a)))
                .Where(c => IsPort(c, port))
                .OrderBy(c => Array.IndexOf(s_preference, c.Address.Kind)),
        ];
    }

    private static bool IsPort(ServiceCandidate candidate, string? port) => port is null || candidate.Service.PortName == port ||
        (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && candidate.Address.Port == number);
}

/// <summary>An address that a Service's name may stand for.</summary>
/// <param name="Service">The Service.</param>
/// <param name="Address">The address.</param>
public sealed record ServiceCandidate(ServiceInfo Service, ServiceAddress Address);
