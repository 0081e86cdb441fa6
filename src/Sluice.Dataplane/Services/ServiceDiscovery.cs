using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Services;

/// <summary>Reads the rules of one family that tell Services apart, each once.</summary>
internal sealed class ServiceDiscovery(IPFamily family, Table? nat, Table? filter)
{
    private readonly List<ServiceBuilder> _services = [];
    private readonly Dictionary<(string Name, string? Port, L4Protocol Protocol), ServiceBuilder> _byName = [];
    private readonly Dictionary<string, ServiceBuilder> _byHash = new(StringComparer.Ordinal);

    public IEnumerable<ServiceInfo> Run()
    {
        ReadServices();
        ReadNodePorts();
        ReadRefusals(ServiceChains.Services);
        ReadRefusals(ServiceChains.ExternalServices);
        ReadHealthChecks();
        var routing = nat is null ? null : new ServiceRouting(nat);
        return _services.Select(s => s.Build(family, routing));
    }

    private void ReadServices()
    {
        var before = EntryCounter.Before(nat, ServiceChains.Services);
        foreach (var (facts, place) in Rules(nat, ServiceChains.Services))
        {
            if (facts is { Destination: { IsHost: true } destination, Port: { } port, Target: { } target } && !IsMark(target) &&
                target != ServiceChains.NodePorts)
            {
                var comment = ServiceComment.Read(facts.Comment);
                var kind = comment?.Kind ?? (ServiceChains.IsCluster(target) || ServiceChains.IsLocal(target)
                    ? ServiceAddressKind.ClusterIP
                    : ServiceAddressKind.ExternalIP);
                ServiceFor(comment, facts.Protocol, target)?.AddAddress(
                    new ServiceAddress(kind, destination.Address, port, place) { RulesToReach = before + place.Number, Target = target },
                    isKindKnown: comment?.Kind is not null || kind == ServiceAddressKind.ClusterIP);
            }
        }
    }

    private void ReadNodePorts()
    {
        if (nat?.FindChain(ServiceChains.NodePorts) is null)
        {
            return;
        }

        var before = EntryCounter.Before(nat, ServiceChains.Services);
        var entries = Rules(nat, ServiceChains.Services).Where(r => r.Facts.Target == ServiceChains.NodePorts)
            .Select(r => (Address: r.Facts.Destination is { IsHost: true } address ? address.Address : (NetAddress?)null, Rules: before + r.Place.Number))
            .DefaultIfEmpty((null, EntryCounter.Before(nat, ServiceChains.NodePorts))).ToList();
        foreach (var (facts, place) in Rules(nat, ServiceChains.NodePorts))
        {
            // A rule for 127.0.0.0/8 only counts packets; the one for all addresses follows it.
            if (facts is not { Port: { } port, Target: { } target, Destination: null } || IsMark(target))
            {
                continue;
            }

            var service = ServiceFor(ServiceComment.Read(facts.Comment), facts.Protocol, target);
            foreach (var (address, rules) in entries)
            {
                service?.AddAddress(
                    new ServiceAddress(ServiceAddressKind.NodePort, address, port, place) { RulesToReach = rules + place.Number, Target = target },
                    isKindKnown: true);
            }
        }
    }

    private void ReadRefusals(string chain)
    {
        var before = EntryCounter.Before(filter, chain);
        foreach (var (facts, place) in Rules(filter, chain))
        {
            if (facts is not { Port: { } port, Verdict: Verdict.Reject or Verdict.Drop } || ServiceComment.Read(facts.Comment) is not { SaysNoEndpoints: true } comment)
            {
                continue;
            }

            var action = facts.Verdict is Verdict.Drop ? RefusalAction.Drop : RefusalAction.Reject;
            var isNodePort = facts.Destination is null;
            var kind = isNodePort ? ServiceAddressKind.NodePort
                : chain == ServiceChains.Services ? ServiceAddressKind.ClusterIP
                : ServiceAddressKind.ExternalIP;
            ServiceFor(comment, facts.Protocol, target: null)?.AddRefusal(
                new ServiceAddress(kind, facts.Destination?.Address, port, place) { RulesToReach = before + place.Number },
                new ServiceRefusal(action, comment.Role, place),
                isKindKnown: kind != ServiceAddressKind.ExternalIP,
                comment.SaysNoLocalEndpoints);
        }
    }

    private void ReadHealthChecks()
    {
        foreach (var (facts, _) in Rules(filter, ServiceChains.NodePorts))
        {
            // The probe is TCP whatever the Service is; the first port of that name has it.
            if (facts.Port is { } port && ServiceComment.Read(facts.Comment) is { SaysHealthCheck: true } comment &&
                _byName.FirstOrDefault(s => s.Key.Name == comment.Name && s.Key.Port == comment.PortName).Value is { } service)
            {
                service.HealthCheckPort = port;
            }
        }
    }

    // Rules of one Service agree in their comments or, without comments, in the hash of the chains they jump to.
    private ServiceBuilder? ServiceFor(ServiceComment? comment, L4Protocol protocol, string? target)
    {
        var hash = ServiceChains.Hash(target);
        if (comment is null)
        {
            if (hash is null)
            {
                return null;
            }

            if (_byHash.TryGetValue(hash, out var known))
            {
                return known;
            }
        }

        var key = comment is { } c ? (c.Name, c.PortName, protocol) : (target!, null, protocol);
        if (!_byName.TryGetValue(key, out var service))
        {
            service = new ServiceBuilder(key.Item1, key.Item2, protocol);
            _byName.Add(key, service);
            _services.Add(service);
        }

        if (hash is not null)
        {
            service.Hash ??= hash;
            _byHash.TryAdd(hash, service);
        }

        return service;
    }

    private static bool IsMark(string target) => ServiceChains.IsMasqueradeMark(target) || ServiceChains.IsDropMark(target);

    private static IEnumerable<(RuleFacts Facts, RuleReference Place)> Rules(Table? table, string name)
    {
        if (table?.FindChain(name) is not { } chain)
        {
            yield break;
        }

        for (var i = 0; i < chain.Rules.Count; i++)
        {
            yield return (RuleFacts.Of(chain.Rules[i]), RuleReference.Of(table, chain, i));
        }
    }
}
