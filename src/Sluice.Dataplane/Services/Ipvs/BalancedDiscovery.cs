using Sluice.Dataplane.Cost;
using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services.Ipvs;

/// <summary>
/// Finds the Services that IPVS balances: virtual servers are their addresses, ipsets say what kind those are and, in their comments, whose;
/// a trace to each says where it goes. Virtual servers for packet marks are nobody's address and left out.
/// </summary>
internal sealed class BalancedDiscovery(NodeSnapshot node, IPFamily family)
{
    private readonly BalancedSets _sets = new(node.Ipsets, family);
    private readonly Dictionary<BalancedName, ServiceBuilder> _byName = [];
    private readonly List<(BalancedName Name, ServiceBuilder Builder)> _services = [];
    private readonly Dictionary<BalancedKey, VirtualServer> _servers = [];

    public IEnumerable<ServiceInfo> Run()
    {
        List<(BalancedKey Key, VirtualServer Server)> servers = [.. (node.Ipvs ?? IpvsTable.Empty).Servers
            .Where(s => s.Key is VirtualServerKey.Address && s.Key.PacketFamily == family).Select(s => (KeyOf((VirtualServerKey.Address)s.Key), s))];
        if (servers.Count == 0)
        {
            return [];
        }

        var probe = new CostProbe(new Tracer(node), family, []);
        foreach (var (key, server) in servers)
        {
            Add(key, server, probe);
        }

        foreach (var (port, service) in _sets.HealthCheckPorts())
        {
            if (_services.Find(s => s.Name.Name == service.Name && (service.PortName is null || s.Name.PortName == service.PortName)).Builder is { } builder)
            {
                builder.HealthCheckPort = port;
            }
        }

        return _services.Select(s => Finish(s.Builder.Build(family, routing: null)));
    }

    private void Add(BalancedKey key, VirtualServer server, CostProbe probe)
    {
        var known = _sets.KindOf(key);
        var kind = known is { } found && (found.Kind != ServiceAddressKind.NodePort || !IsVirtual(key.Address)) ? found.Kind
            : node.Interfaces is not null && !IsVirtual(key.Address) ? ServiceAddressKind.NodePort
            : ServiceAddressKind.ClusterIP;
        _servers[key] = server;
        var sources = _sets.SourcesOf(key);
        var outcomes = probe.Trace(
            key.Protocol, key.Address, key.Port, kind == ServiceAddressKind.ClusterIP ? CostOrigin.Pod : CostOrigin.Outside, sources.Count > 0 ? sources[0].Address : null).Outcomes;
        BuilderOf(BalancedName.Of(known?.Entry, kind, key), key.Protocol).AddAddress(
            new ServiceAddress(kind, key.Address, key.Port, Rule: null)
            {
                Server = server,
                RulesToReach = outcomes.Count == 0 ? null : outcomes.Max(RulesBefore),
                Endpoints = BalancedAnswer.Endpoints(outcomes),
                Refusal = BalancedAnswer.Refusal(outcomes),
            },
            isKindKnown: true);
    }

    // IPVS takes packets from the network at the end of INPUT.
    private static int RulesBefore(Outcome outcome) => outcome.CostByHook.Where(c => c.Hook is Hook.Prerouting or Hook.Input).Sum(c => c.Rules);

    private ServiceBuilder BuilderOf(BalancedName name, L4Protocol protocol)
    {
        if (!_byName.TryGetValue(name, out var builder))
        {
            builder = new ServiceBuilder(name.Name, name.PortName, protocol);
            _byName.Add(name, builder);
            _services.Add((name, builder));
        }

        return builder;
    }

    // Virtual servers have no order of their own: the ClusterIP comes first.
    private ServiceInfo Finish(ServiceInfo service)
    {
        service = service with { Addresses = [.. service.Addresses.OrderBy(a => a.Kind != ServiceAddressKind.ClusterIP)] };
        var main = service.Addresses[0];
        var outside = service.Addresses.FirstOrDefault(a => a.Kind != ServiceAddressKind.ClusterIP);
        var policy = outside is null ? (TrafficPolicy?)null : _sets.IsLocal(KeyOf(service, outside)) ? TrafficPolicy.Local : TrafficPolicy.Cluster;
        return service with
        {
            Endpoints = main.Endpoints,
            LocalEndpoints = policy == TrafficPolicy.Local && main != outside && !outside!.Endpoints.Equals(main.Endpoints) ? outside.Endpoints : [],
            HasAffinity = service.Addresses.Any(a => a.Server!.PersistenceSeconds is not null),
            Scheduler = main.Server!.Scheduler,
            InternalPolicy = main.Kind == ServiceAddressKind.ClusterIP && _sets.LacksLocal(KeyOf(service, main)) ? TrafficPolicy.Local : null,
            ExternalPolicy = policy,
            SourceRanges = service.Addresses.Select(a => _sets.SourcesOf(KeyOf(service, a))).FirstOrDefault(s => s.Count > 0)?.ToEquatableArray() ?? [],
        };
    }

    private bool IsVirtual(NetAddress address) => node.Interfaces?.Find(IpvsLayout.Interface)?.Addresses.Any(a => a.Address == address) ?? false;

    private static BalancedKey KeyOf(VirtualServerKey.Address key) => new(key.Protocol, key.IP, key.Port);

    private static BalancedKey KeyOf(ServiceInfo service, ServiceAddress address) => new(service.Protocol, address.Address!.Value, address.Port);
}

/// <summary>Whose a virtual server is.</summary>
/// <param name="Name">Namespace and name; where no set says it, protocol and address.</param>
/// <param name="PortName">The port's name; null when it has none.</param>
/// <param name="Protocol">The protocol.</param>
internal sealed record BalancedName(string Name, string? PortName, L4Protocol Protocol)
{
    /// <summary>By the comment of the entry; node ports without one belong together on all addresses.</summary>
    public static BalancedName Of(Netfilter.Ipsets.IpSetEntry? entry, ServiceAddressKind kind, BalancedKey key) =>
        ServiceComment.Read(entry?.Comment) is { } comment
            ? new(comment.Name, comment.PortName, key.Protocol)
            : new($"{key.Protocol}/{(kind == ServiceAddressKind.NodePort ? $"*:{key.Port}" : key.Address.WithPort(key.Port))}", null, key.Protocol);
}
