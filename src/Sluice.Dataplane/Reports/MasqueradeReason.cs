using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>Says why a packet's source is rewritten, from the rule that asked for it.</summary>
public static class MasqueradeReason
{
    private const string Mark = "KUBE-MARK-MASQ";

    /// <summary>
    /// Whether the source is rewritten; also on a way that cannot be followed to its end, when a rule on it has asked for that.
    /// </summary>
    public static bool IsDue(Outcome outcome) =>
        outcome.Masquerade || (outcome.Disposition == Disposition.Incomplete && outcome.Path.Any(Asks));

    /// <summary>The reason in words with the rule's place; null when the source is kept.</summary>
    public static string? Of(Trace trace, Outcome outcome)
    {
        if (!IsDue(outcome))
        {
            return null;
        }

        Step? asked = null, done = null;
        foreach (var step in outcome.Path)
        {
            if (Asks(step))
            {
                asked ??= step;
            }
            else if (step.Verdict is Verdict.Translate { Nat.Kind: NatKind.Masquerade or NatKind.Source } or Verdict.TranslateTo { Kind: NatKind.Masquerade or NatKind.Source })
            {
                done = step;
            }
        }

        return (asked ?? done) is not { } cause ? null
            : $"{(asked is null ? OfRule(cause) : OfMark(cause, trace, outcome))} ({cause.Chain.Name} rule {cause.RuleNumber})";
    }

    private static bool Asks(Step step) => step.Rule?.Verdict is Verdict.Jump { Chain: Mark } or Verdict.Goto { Chain: Mark };

    private static string OfMark(Step step, Trace trace, Outcome outcome)
    {
        var source = trace.Packet.Source;
        foreach (var part in step.Rule!.Parts)
        {
            switch (part)
            {
                case AddressMatch { End: PacketEnd.Source, Inverted: true } outside:
                    return $"source {source} is not in {outside.Prefix}";
                case AddressMatch { End: PacketEnd.Source, Prefix: { IsHost: true } host } when host.Address == outcome.Destination:
                    return "the endpoint calls itself";
                case AddressTypeMatch { Source: { Inverted: false, Value: AddressTypes.Local } }:
                    return "the node itself calls";
            }
        }

        var chain = step.Chain.Name;
        var comment = step.Rule.Comment ?? "";
        return comment.Contains("cluster IP", StringComparison.Ordinal)
            ? "all traffic to ClusterIPs is masqueraded"
            : IsExternal(chain) || comment.Contains("external", StringComparison.Ordinal) || comment.Contains("loadbalancer", StringComparison.Ordinal)
                ? "external traffic policy Cluster"
                : OfRule(step);
    }

    private static bool IsExternal(string chain) =>
        chain is "KUBE-NODEPORTS" or "KUBE-EXTERNAL-SERVICES" or "KUBE-LOAD-BALANCER" or "KUBE-NODE-PORT" || chain.StartsWith("KUBE-EXT-", StringComparison.Ordinal) ||
        chain.StartsWith("KUBE-FW-", StringComparison.Ordinal) || chain.StartsWith("KUBE-XLB-", StringComparison.Ordinal);

    private static string OfRule(Step step) => step.Rule?.Comment is { Length: > 0 } comment ? comment : "a rule says so";
}
