using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services;

/// <summary>
/// Divides new connections among the endpoints below a chain, by its random rules. Rules with conditions that hold for some
/// clients only (affinity, sources) are passed by: the answer is for all the others.
/// </summary>
internal sealed class EndpointWalk(Table table)
{
    private const int MaxDepth = 20;

    private readonly Share _whole = new(Probability.One);
    private readonly List<ServiceEndpoint> _endpoints = [];

    /// <summary>Whether a rule on the way sends clients it knows to the endpoint they had.</summary>
    public bool HasAffinity { get; private set; }

    /// <summary>The rule that marks what is left to be dropped, or drops it; null when none does.</summary>
    public RuleReference? Refusal { get; private set; }

    /// <summary>The endpoints below the chain.</summary>
    public EquatableArray<ServiceEndpoint> Below(Chain chain)
    {
        _endpoints.Clear();
        HasAffinity = false;
        Refusal = null;
        Visit(chain, _whole, depth: 0);
        return _endpoints.ToEquatableArray();
    }

    // Returns what falls off the end of the chain.
    private Share Visit(Chain chain, Share share, int depth)
    {
        var isFirewall = ServiceChains.IsFirewall(chain.Name);
        var returned = Share.None;
        var rules = chain.Rules.Span;
        for (var i = 0; i < rules.Length && !share.IsNone; i++)
        {
            // The verdict alone tells that a rule leads nowhere: the rest of it is not looked at.
            if (rules[i].Verdict is not { } verdict || verdict is Verdict.Jump { Chain: "KUBE-MARK-MASQ" })
            {
                continue;
            }

            var facts = RuleFacts.Of(rules[i]);
            if (facts.HasCondition && !(isFirewall && facts.Target is not null))
            {
                HasAffinity |= ServiceChains.IsEndpoint(facts.Target);
                continue;
            }

            var (hit, rest) = facts.Random is { } random ? share.Divide(random) : (share, Share.None);
            if (verdict is Verdict.Return)
            {
                (returned, share) = (returned.Plus(hit), rest);
                continue;
            }

            share = rest.Plus(Carry(verdict, hit, chain, i, depth));
        }

        return share.Plus(returned);
    }

    // Returns what comes back to go on with the next rule.
    private Share Carry(Verdict verdict, Share hit, Chain chain, int index, int depth)
    {
        switch (verdict)
        {
            case Verdict.Jump { Chain: var name }:
                return Enter(name, hit, chain, index, depth);
            case Verdict.Goto { Chain: var name }:
                return Enter(name, hit, chain, index, depth);
            case Verdict.Translate { Nat: { Kind: NatKind.Destination, First: { } address } nat }:
                _endpoints.Add(new ServiceEndpoint(address, nat.Ports?.First, hit.Probability, depth == 0 ? null : chain.Name));
                return Share.None;
            case Verdict.Drop or Verdict.Reject:
                Refusal ??= RuleReference.Of(table, chain, index);
                return Share.None;
            default:
                return Share.None;
        }
    }

    private Share Enter(string name, Share hit, Chain caller, int index, int depth)
    {
        if (ServiceChains.IsDropMark(name))
        {
            Refusal ??= RuleReference.Of(table, caller, index);
            return Share.None;
        }

        if (table.FindChain(name) is not { } chain)
        {
            _endpoints.Add(new ServiceEndpoint(null, null, hit.Probability, name));
            return Share.None;
        }

        return depth < MaxDepth ? Visit(chain, hit, depth + 1) : Share.None;
    }
}
