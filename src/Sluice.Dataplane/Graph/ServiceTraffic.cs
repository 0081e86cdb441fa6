using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Graph;

/// <summary>Tells which rules of a table packets to one Service's addresses can match.</summary>
internal sealed class ServiceTraffic
{
    private readonly ServiceInfo _service;
    private readonly Table _table;
    private readonly HashSet<string> _deciding;
    private readonly Dictionary<string, bool> _leads = new(StringComparer.Ordinal);

    public ServiceTraffic(ServiceInfo service, Table table)
    {
        _service = service;
        _table = table;
        _deciding =
        [
            .. service.Addresses.SelectMany(a => (RuleReference?[])[a.Rule, a.Refusal?.Rule]).OfType<RuleReference>()
                .Where(r => r.Table == table.Name && ServiceChains.Hash(r.Chain) is null).Select(r => r.Chain),
        ];
        if (service.SourceRanges.Count > 0 && table.FindChain(ServiceChains.ProxyFirewall) is { } firewall && firewall.Rules.Any(IsForService))
        {
            _deciding.Add(firewall.Name);
        }

        if (table.FindChain(ServiceChains.Postrouting) is not null)
        {
            _deciding.Add(ServiceChains.Postrouting);
        }
    }

    /// <summary>The chains to begin with.</summary>
    public IEnumerable<Chain> Starts => _table.Chains.Where(c => c.Base is not null && Leads(c)).OrderBy(c => c.Base!.Hook);

    /// <summary>Whether packets to the Service can match the rule, and it leads them to the Service's own rules or is one of them.</summary>
    public bool IsDrawn(Chain chain, Rule rule)
    {
        // Most rules are other Services': their target says so before the rest is looked at.
        var target = Target(rule);
        if (chain.Base is not null || _deciding.Contains(chain.Name) || _leads.GetValueOrDefault(chain.Name))
        {
            return target is not null && (_deciding.Contains(target) || (ServiceChains.Hash(target) is null && _table.FindChain(target) is { } next && Leads(next)))
                ? IsPossible(rule)
                : chain.Name == ServiceChains.Postrouting || (_deciding.Contains(chain.Name) && IsForService(rule));
        }

        return IsPossible(rule);
    }

    // Whether a chain jumps, maybe through others, to one of those that decide for the Service.
    private bool Leads(Chain chain)
    {
        if (_leads.TryGetValue(chain.Name, out var known))
        {
            return known;
        }

        _leads[chain.Name] = false;
        var found = false;
        foreach (var rule in chain.Rules)
        {
            if (Target(rule) is { } target && !ServiceChains.IsEndpoint(target) && ServiceChains.Hash(target) is null)
            {
                found |= _deciding.Contains(target) || (_table.FindChain(target) is { } next && Leads(next));
            }
        }

        return _leads[chain.Name] = found;
    }

    private bool IsForService(Rule rule)
    {
        var facts = RuleFacts.Of(rule);
        return facts.Port is not null && _service.Addresses.Any(a => Fits(facts, a) && (facts.Destination is not null || a.Kind == ServiceAddressKind.NodePort));
    }

    private bool IsPossible(Rule rule)
    {
        var facts = RuleFacts.Of(rule);
        return _service.Addresses.Any(a => Fits(facts, a));
    }

    private bool Fits(in RuleFacts facts, ServiceAddress address) =>
        (facts.Protocol == L4Protocol.Any || facts.Protocol == _service.Protocol) &&
        (facts.Port is null || facts.Port == address.Port) &&
        (!facts.AsksForLocalDestination || address.Kind == ServiceAddressKind.NodePort) &&
        (facts.Destination is not { } destination || (address.Address is { } known ? destination.Contains(known) : address.Kind == ServiceAddressKind.NodePort));

    private static string? Target(Rule rule) => rule.Verdict switch
    {
        Verdict.Jump jump => jump.Chain,
        Verdict.Goto jump => jump.Chain,
        _ => null,
    };
}
