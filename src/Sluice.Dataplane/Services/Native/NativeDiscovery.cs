using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services.Native;

/// <summary>
/// Finds the Services of one native table of nftables: the keys of the verdict maps that tell destinations apart are their
/// addresses, and a trace to each says where it goes. It knows no layout by name: kube-proxy's and ours are read alike.
/// </summary>
internal sealed class NativeDiscovery(IPFamily family, Table table)
{
    // The set of all ClusterIPs, under the name that kube-proxy gives it and we do.
    private const string ClusterIPs = "cluster-ips";

    private readonly Dictionary<(NativeName Name, L4Protocol Protocol), ServiceBuilder> _byName = [];
    private readonly List<((NativeName Name, L4Protocol Protocol) Key, ServiceBuilder Builder)> _services = [];
    private readonly HashSet<NativeKey> _seen = [];
    private readonly Dictionary<NativeKey, NativeFacts> _facts = [];

    public IEnumerable<ServiceInfo> Run()
    {
        var entries = Entries().OrderByDescending(e => e.IsNat).ToList();
        if (entries.Count == 0)
        {
            return [];
        }

        var nodes = entries.Where(e => e.IsNodePort).SelectMany(e => e.NodeAddresses(table)).Distinct().ToList();
        var probe = new NativeProbe(family, table, nodes);
        var sources = new NativeSources(table);
        var guards = entries.Where(e => !e.IsNat && !e.IsNodePort).Select(e => e.Map).ToList();
        foreach (var entry in entries)
        {
            foreach (var element in entry.Map.Elements)
            {
                if (!element.IsCatchAll && element.IsSingle)
                {
                    Add(entry, element, probe, sources.Of(element, guards));
                }
            }
        }

        return _services.Select(s => Finish(s.Builder.Build(family, routing: null)));
    }

    private void Add(NativeEntry entry, SetElement element, NativeProbe probe, IReadOnlyList<Prefix> sources)
    {
        var key = entry.KeyOf(element);
        var name = NativeName.Of(element, key);
        IEnumerable<NetAddress?> addresses = entry.IsNodePort ? entry.NodeAddresses(table).Select(a => (NetAddress?)a).DefaultIfEmpty(null) : [key.Address];
        foreach (var address in addresses)
        {
            if (!_seen.Add(key with { Address = address }))
            {
                continue;
            }

            var outcomes = probe.Trace(key with { Address = address }, sources.Count > 0 ? sources[0].Address : null).Outcomes;
            var target = NativeName.TargetOf(element);
            var kind = entry.IsNodePort ? ServiceAddressKind.NodePort : IsClusterIP(key, target) ? ServiceAddressKind.ClusterIP : ServiceAddressKind.ExternalIP;
            _facts[key with { Address = address }] = new NativeFacts(outcomes, sources);
            BuilderOf(name, key.Protocol).AddAddress(
                new ServiceAddress(kind, address, key.Port, entry.Place)
                {
                    RulesToReach = entry.RulesToReach,
                    Target = target,
                    Endpoints = NativeAnswer.Endpoints(outcomes),
                    Refusal = NativeAnswer.Refusal(outcomes),
                },
                isKindKnown: kind != ServiceAddressKind.ExternalIP);
        }
    }

    private ServiceBuilder BuilderOf(NativeName name, L4Protocol protocol)
    {
        if (!_byName.TryGetValue((name, protocol), out var builder))
        {
            builder = new ServiceBuilder(name.Name, name.PortName, protocol);
            _byName.Add((name, protocol), builder);
            _services.Add(((name, protocol), builder));
        }

        return builder;
    }

    // Maps have no order of their own: the ClusterIP comes first. A source that is kept on the way to an endpoint is what a Local policy is for.
    private ServiceInfo Finish(ServiceInfo service)
    {
        service = service with { Addresses = [.. service.Addresses.OrderBy(a => a.Kind != ServiceAddressKind.ClusterIP)] };
        var inside = service.Addresses.FirstOrDefault(a => a.Kind == ServiceAddressKind.ClusterIP);
        var outside = service.Addresses.FirstOrDefault(a => a.Kind != ServiceAddressKind.ClusterIP);
        var main = inside ?? outside;
        if (main is null)
        {
            return service;
        }

        var policy = outside is null ? null : PolicyOf(service, outside);
        return service with
        {
            Endpoints = main.Endpoints,
            Chain = main.Target,
            LocalEndpoints = policy == TrafficPolicy.Local && outside is not null && !outside.Endpoints.Equals(main.Endpoints) ? outside.Endpoints : [],
            HasAffinity = service.Addresses.Any(a => NativeAnswer.HasAffinity(FactsOf(service, a).Outcomes)),
            ExternalPolicy = policy,
            SourceRanges = service.Addresses.Select(a => FactsOf(service, a).Sources).FirstOrDefault(s => s.Count > 0)?.ToEquatableArray() ?? [],
        };
    }

    private TrafficPolicy? PolicyOf(ServiceInfo service, ServiceAddress outside)
    {
        var delivered = FactsOf(service, outside).Outcomes.FirstOrDefault(o => o.IsDelivered);
        return delivered is null ? null : delivered.Masquerade ? TrafficPolicy.Cluster : TrafficPolicy.Local;
    }

    private NativeFacts FactsOf(ServiceInfo service, ServiceAddress address) => _facts[new NativeKey(address.Address, service.Protocol, address.Port)];

    private bool IsClusterIP(NativeKey key, string? target) => table.FindSet(ClusterIPs) is { } set && key.Address is { } address
        ? set.Find(NftValue.Of(address)) is not null
        : target?.StartsWith("service-", StringComparison.Ordinal) ?? false;

    // The rules that packets meet, from base chains on; those of nat chains first.
    private IEnumerable<NativeEntry> Entries()
    {
        foreach (var start in table.Chains.Where(c => c.Base is not null).OrderByDescending(c => c.Base!.Type == ChainType.Nat).ThenBy(c => c.Base!.Hook))
        {
            var isNat = start.Base!.Type == ChainType.Nat;
            var open = new Queue<Chain>([start]);
            var met = new HashSet<string>(StringComparer.Ordinal) { start.Name };
            while (open.TryDequeue(out var chain))
            {
                for (var i = 0; i < chain.Rules.Count; i++)
                {
                    if (NativeEntry.Of(table, chain, i, chain.Base is not null ? 0 : EntryCounter.Before(table, chain.Name), isNat) is { } entry)
                    {
                        yield return entry;
                    }

                    if (TargetOf(chain.Rules[i]) is { } name && met.Add(name) && table.FindChain(name) is { } next)
                    {
                        open.Enqueue(next);
                    }
                }
            }
        }
    }

    private static string? TargetOf(Rule rule) => rule.Verdict switch
    {
        Verdict.Jump jump => jump.Chain,
        Verdict.Goto jump => jump.Chain,
        _ => null,
    };

    private sealed record NativeFacts(IReadOnlyList<Outcome> Outcomes, IReadOnlyList<Prefix> Sources);
}
