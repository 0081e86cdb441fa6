using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;
using RouteChoice = Sluice.Kubernetes.Intent.RouteChoice;

namespace Sluice.Tests.Planning;

/// <summary>Compares what the rules do with a packet with what they are to do: ways, exact probabilities, sources, refusals, memories.</summary>
internal sealed class EquationJudge(Packet packet, Trace trace, NodeProfile node)
{
    // The sysctl that kube-proxy itself sets; it decides about stray loopback packets only.
    private const string LocalnetSysctl = "route_localnet";

    private readonly List<string> _memories = trace.Outcomes.SelectMany(o => o.Conditions).Select(c => c[(c.IndexOf(' ', StringComparison.Ordinal) + 1)..])
        .Where(c => !c.Contains(LocalnetSysctl, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToList();

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Problem(RouteAnswer expected) => expected switch
    {
        RouteAnswer.Forwarded forwarded => Forwarded(forwarded),
        _ when _memories.Count > 0 => $"it depends on {string.Join(" and ", _memories)}",
        RouteAnswer.NotAService => Untouched(),
        RouteAnswer.HealthCheck => Untouched() ?? (trace.Outcomes.All(IsAcceptedForHealth) ? null : "no rule accepts it as a question for health"),
        RouteAnswer.Refused => trace.Outcomes.All(o => o.Disposition == Disposition.Rejected && o.RejectWith == Refusal) ? null : "it is not refused at once",
        RouteAnswer.Dropped => trace.Outcomes.All(o => o.Disposition == Disposition.Dropped) ? null : "it is not dropped",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private string Refusal => packet.Family == IPFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";

    private string? Untouched()
    {
        if (EquationDifferences.IsStray(packet))
        {
            // Who lets loopback addresses in for the sake of node ports keeps out all that is not for them.
            var isGuarded = packet.Family == IPFamily.IPv4 && node.LocalhostNodePorts;
            return trace.Outcomes.All(o => o.Destination == packet.Destination && o.DestinationPort == packet.DestinationPort && (!isGuarded || o.Disposition == Disposition.Dropped))
                ? null
                : "a stray loopback packet gets in";
        }

        var disposition = node.IsOwnAddress(packet.Destination) ? Disposition.Accepted : Disposition.Forwarded;
        return trace.Outcomes is [var only] && only.Disposition == disposition && only.Destination == packet.Destination &&
            only.DestinationPort == packet.DestinationPort && KeepsSource(only)
                ? null
                : $"it is not {disposition} as it came";
    }

    private static bool IsAcceptedForHealth(Outcome outcome) =>
        outcome.Path.Any(s => s is { Table.Name: "filter", Chain.Name: "KUBE-NODEPORTS", Action: "Accept" });

    private string? Forwarded(RouteAnswer.Forwarded expected)
    {
        if (Uniform(expected) is { } problem)
        {
            return problem;
        }

        if (expected.AffinitySeconds is not { } seconds)
        {
            return _memories.Count == 0 ? null : $"it depends on {string.Join(" and ", _memories)}";
        }

        if (_memories.Count != expected.Choices.Count)
        {
            return $"{_memories.Count} memories for {expected.Choices.Count} endpoints";
        }

        // An endpoint is remembered under the name of the list that the way to it writes.
        var lists = new List<string>();
        foreach (var choice in expected.Choices)
        {
            var list = $"client {packet.Source} is in the recent list {ListOf(choice)}, seen within {seconds} s";
            if (!_memories.Contains(list, StringComparer.Ordinal) || Only(World(list), choice) is not null)
            {
                return $"a client remembered for {choice.Endpoint} ({list}) does not get there: {Only(World(list), choice)}";
            }

            lists.Add(list);
        }

        // Difference first-of-several-memories: rules know no time, and ask in the order of the endpoints.
        return lists.Count > 1 && Only(World(lists[^1], lists[0]), expected.Choices[0]) is { } late ? $"remembered for two: {late}" : null;
    }

    private string? Uniform(RouteAnswer.Forwarded expected)
    {
        var ways = World();
        if (ways.Count != expected.Choices.Count)
        {
            return $"{ways.Count} ways instead of {expected.Choices.Count}";
        }

        var shares = EquationShares.Of(ways.Count);
        for (var i = 0; i < ways.Count; i++)
        {
            var choice = expected.Choices[i];
            var way = ways.Find(w => w.Destination == choice.Endpoint.Address && w.DestinationPort == choice.Endpoint.Port);
            if (way is null || way.Probability != shares[i] || Mismatch(way, choice) is not null)
            {
                return way is null ? $"no way to {choice.Endpoint}"
                    : Mismatch(way, choice) ?? $"{choice.Endpoint} has the share {way.Probability}, not {shares[i]}";
            }
        }

        return null;
    }

    private string? Only(List<Outcome> ways, RouteChoice choice) => ways switch
    {
        [var way] when way.Destination == choice.Endpoint.Address && way.DestinationPort == choice.Endpoint.Port && way.Probability.IsOne => Mismatch(way, choice),
        _ => $"it goes to {string.Join(", ", ways.Select(w => $"{w.Destination?.WithPort(w.DestinationPort)} ({w.Probability})"))}",
    };

    private string? Mismatch(Outcome way, RouteChoice choice) =>
        way.Disposition != (node.IsOwnAddress(choice.Endpoint.Address) ? Disposition.Accepted : Disposition.Forwarded) ? $"{choice.Endpoint}: {way.Disposition}"
        : way.Masquerade != choice.Masquerade ? $"{choice.Endpoint}: {(way.Masquerade ? "" : "not ")}masqueraded"
        : choice.Masquerade ? way.Source is { } source && node.LocalAddresses.Contains(source) ? null : $"{choice.Endpoint}: the source becomes {way.Source}"
        : KeepsSource(way) ? null : $"{choice.Endpoint}: the source is changed";

    private bool KeepsSource(Outcome way) => !way.Masquerade && way.Source == packet.Source && way.SourcePort == packet.SourcePort;

    // The ways left when the client is in just these lists.
    private List<Outcome> World(params ReadOnlySpan<string> remembered)
    {
        var holding = new HashSet<string>(remembered.ToArray(), StringComparer.Ordinal);
        return trace.Outcomes.Where(o => o.Conditions.All(c =>
            c.StartsWith("if ", StringComparison.Ordinal)
                ? c.Contains(LocalnetSysctl, StringComparison.Ordinal) || holding.Contains(c["if ".Length..])
                : !c.Contains(LocalnetSysctl, StringComparison.Ordinal) && !holding.Contains(c["unless ".Length..]))).ToList();
    }

    private string ListOf(RouteChoice choice)
    {
        var way = World().First(w => w.Destination == choice.Endpoint.Address && w.DestinationPort == choice.Endpoint.Port);
        return way.Path.SelectMany(s => s.Rule is null ? [] : s.Rule.Parts.OfType<RecentMatch>())
            .FirstOrDefault(m => m is { Action: RecentAction.Set, End: PacketEnd.Source })?.List ?? "that no rule writes";
    }
}
