using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services.Ipvs;

/// <summary>What the ways of a traced connection say about the address of a virtual server.</summary>
internal static class BalancedAnswer
{
    /// <summary>
    /// The endpoints of clients that IPVS does not remember, each with its exact share; without shares where the scheduler decides by
    /// something else than turns.
    /// </summary>
    public static EquatableArray<ServiceEndpoint> Endpoints(IReadOnlyList<Outcome> outcomes)
    {
        var isShared = outcomes.Any(o => IsBalanced(o) && o.IsPlain);
        var shares = new Dictionary<string, ServiceEndpoint>(StringComparer.Ordinal);
        var order = new List<string>();
        foreach (var outcome in outcomes)
        {
            if (!IsBalanced(outcome) || (isShared && !outcome.IsPlain))
            {
                continue;
            }

            var real = outcome.RealServer!;
            var key = real.ToString();
            if (shares.TryGetValue(key, out var known))
            {
                shares[key] = known with { Probability = isShared ? known.Probability + outcome.Probability : null };
                continue;
            }

            order.Add(key);
            shares.Add(key, new ServiceEndpoint(real.Address, real.Port == 0 ? null : real.Port, isShared ? outcome.Probability : null, Chain: null));
        }

        return [.. order.Select(k => shares[k])];
    }

    /// <summary>How packets are refused; null when some way delivers them.</summary>
    public static ServiceRefusal? Refusal(IReadOnlyList<Outcome> outcomes)
    {
        if (outcomes.Count == 0 || outcomes.Any(o => o.Disposition is not (Disposition.Dropped or Disposition.Rejected)))
        {
            return null;
        }

        var action = outcomes[0].Disposition == Disposition.Rejected ? RefusalAction.Reject : RefusalAction.Drop;
        return outcomes[0].Path switch
        {
            [.., { VirtualServer: not null }] => new ServiceRefusal(action, "has no endpoints", Rule: null),
            [.., { Rule: { } rule } last] => new ServiceRefusal(action, rule.Comment ?? "", new RuleReference(last.Table.Name, last.Chain.Name, last.RuleNumber, rule)),
            _ => new ServiceRefusal(action, outcomes[0].Reason ?? "", Rule: null),
        };
    }

    private static bool IsBalanced(Outcome outcome) => outcome is { IsDelivered: true, RealServer: not null };
}
