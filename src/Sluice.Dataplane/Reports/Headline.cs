using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>A trace in one sentence.</summary>
public static class Headline
{
    // How iptables' rules and IPVS remember clients, as conditions have it.
    private static readonly string[] s_memories = ["recent list KUBE-SEP-", "IPVS remembers "];

    /// <summary>The sentence.</summary>
    public static string Of(Trace trace, bool isReply = false)
    {
        var subject = isReply ? "the answer to " + Subject(trace.Packet) : Subject(trace.Packet);
        var service = ServiceNaming.Of(trace);
        var of = service is null ? "" : " of " + service;
        var outcomes = trace.Outcomes;
        if (outcomes.Count == 0)
        {
            return subject + " has no way at all";
        }

        // What a map remembers is one of the endpoints, not one more.
        var endpoints = outcomes.Where(o => o.DestinationMap is null && IsEndpoint(o, trace.Packet)).ToList();
        var first = outcomes[0];
        if (outcomes.Count == 1)
        {
            return $"{subject} {Single(first, trace.Packet, service)}";
        }

        var targets = endpoints.Select(Target).Distinct(StringComparer.Ordinal).Count();
        var lost = outcomes.Where(o => !o.IsDelivered).ToList();
        var main = targets > 1 ? $"is load-balanced over {targets} endpoints{of}"
            : lost.Count == outcomes.Count ? "is not delivered"
            : targets == 1 ? $"goes to {Target(endpoints[0])}{of}"
            : "may go several ways";
        return $"{subject} {main}{Lost(lost, outcomes.Count, targets)}{Masqueraded(outcomes)}{Affinity(outcomes)}";
    }

    /// <summary>The packet in words: <c>tcp 172.31.3.9 -> 172.30.5.207:443</c>.</summary>
    public static string Subject(Packet packet)
    {
        var state = packet.State == ConnectionState.New ? "" : packet.State.ToString().ToLowerInvariant() + " ";
        return $"{state}{packet.Protocol} {packet.Source} -> {packet.Destination.WithPort(packet.DestinationPort)}";
    }

    /// <summary>How a way ends, as a clause: <c>is dropped: policy DROP of FORWARD (filter)</c>.</summary>
    public static string End(Outcome outcome) => outcome.Disposition switch
    {
        Disposition.Dropped => "is dropped" + Because(outcome),
        Disposition.Rejected => $"is rejected ({outcome.RejectWith ?? "the sender is told"})" + Because(outcome),
        Disposition.Incomplete => "cannot be followed to its end" + Because(outcome),
        Disposition.Unreachable => "has no route" + Because(outcome),
        Disposition.Accepted => "reaches this node",
        _ => "leaves this node",
    };

    private static string Single(Outcome outcome, Packet packet, string? service)
    {
        if (!outcome.IsDelivered)
        {
            return End(outcome);
        }

        if (!IsEndpoint(outcome, packet))
        {
            return outcome.Disposition == Disposition.Accepted ? "reaches a socket of this node: no rule stops it"
                : outcome.Masquerade ? "goes on to its destination; only its source is rewritten to the node's"
                : "goes on to its destination: no rule changes it";
        }

        var name = service is null ? "" : $" ({service})";
        var target = outcome.Destination?.WithPort(outcome.DestinationPort) ?? "an address of this node";
        return $"goes to {target}{name}{(outcome.Masquerade ? "; its source is rewritten to the node's" : "")}";
    }

    private static bool IsEndpoint(Outcome outcome, Packet packet) =>
        outcome.Disposition == Disposition.Incomplete || outcome.Destination != packet.Destination || outcome.DestinationPort != packet.DestinationPort;

    private static string Target(Outcome outcome) =>
        outcome.Disposition == Disposition.Incomplete ? outcome.Reason ?? "?" : outcome.Destination?.WithPort(outcome.DestinationPort) ?? "?";

    private static string Lost(List<Outcome> lost, int all, int targets)
    {
        if (lost.Count == 0)
        {
            return "";
        }

        var incomplete = lost.Count(o => o.Disposition == Disposition.Incomplete);
        if (incomplete == lost.Count)
        {
            var which = incomplete == all ? "none of them can be followed" : incomplete == 1 ? "one of them cannot be followed" : $"{incomplete} of them cannot be followed";
            return $"; {(targets > 1 ? which : "it cannot be followed")}: the snapshot lacks their chains";
        }

        var kinds = lost.Select(o => o.Disposition).Distinct().ToList();
        var what = kinds.Count > 1 ? "is lost" : End(lost[0]);
        return lost.Count == all ? $": it {what}" : $"; on {lost.Count} of {all} ways it {what}";
    }

    private static string Masqueraded(IReadOnlyList<Outcome> outcomes)
    {
        var count = outcomes.Count(MasqueradeReason.IsDue);
        return count == 0 ? "" : count == outcomes.Count ? "; its source is rewritten to the node's" : "";
    }

    private static string Affinity(IReadOnlyList<Outcome> outcomes) =>
        outcomes.Any(o => o.DestinationMap is not null || o.Conditions.Any(c => s_memories.Any(m => c.Contains(m, StringComparison.Ordinal))))
            ? "; a client that was there before keeps its endpoint"
            : "";

    private static string Because(Outcome outcome) => outcome.Reason is { Length: > 0 } reason ? ": " + reason : "";
}
