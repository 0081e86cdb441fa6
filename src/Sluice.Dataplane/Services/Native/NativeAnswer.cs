using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services.Native;

/// <summary>What the ways of a traced connection say about a Service's address.</summary>
internal static class NativeAnswer
{
    /// <summary>The endpoints of clients without affinity, each with its exact share.</summary>
    public static EquatableArray<ServiceEndpoint> Endpoints(IReadOnlyList<Outcome> outcomes)
    {
        var shares = new Dictionary<(NetAddress, int?), (Probability Share, string? Chain)>();
        var order = new List<(NetAddress, int?)>();
        foreach (var outcome in outcomes)
        {
            if (!outcome.IsPlain || outcome.Destination is not { } address || Translated(outcome) is not { } step)
            {
                continue;
            }

            var key = (address, outcome.DestinationPort);
            if (!shares.TryGetValue(key, out var known))
            {
                order.Add(key);
            }

            shares[key] = (known.Share + outcome.Probability, step.Chain.Name.Contains('/', StringComparison.Ordinal) ? step.Chain.Name : null);
        }

        return [.. order.Select(k => new ServiceEndpoint(k.Item1, k.Item2, shares[k].Share, shares[k].Chain))];
    }

    /// <summary>Whether clients that came before keep their endpoint.</summary>
    public static bool HasAffinity(IReadOnlyList<Outcome> outcomes) => outcomes.Any(o => !o.IsPlain);

    /// <summary>How packets are refused; null when some way delivers them.</summary>
    public static ServiceRefusal? Refusal(IReadOnlyList<Outcome> outcomes)
    {
        var plain = outcomes.Where(o => o.IsPlain).ToList();
        return plain.Count == 0 || plain.Exists(o => o.Disposition is not (Disposition.Dropped or Disposition.Rejected)) || plain[0].Path is not [.., { Rule: { } rule } last]
            ? null
            : new ServiceRefusal(
                plain[0].Disposition == Disposition.Rejected ? RefusalAction.Reject : RefusalAction.Drop,
                rule.Comment ?? "",
                new RuleReference(last.Table.Name, last.Chain.Name, last.RuleNumber, rule));
    }

    private static Step? Translated(Outcome outcome) =>
        outcome.Path.LastOrDefault(s => s.Rule?.Parts.Any(p => p is Verdict.TranslateTo { Kind: NatKind.Destination } or Verdict.Translate { Nat.Kind: NatKind.Destination }) == true);
}
