using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Tracing;
using RouteChoice = Sluice.Kubernetes.Intent.RouteChoice;

namespace Sluice.Tests.Planning;

/// <summary>Judges rules of iptables: shares that are rounded, and one list of clients for each endpoint.</summary>
internal sealed class IptablesJudge(Packet packet, Trace trace, NodeProfile node) : EquationJudge(packet, trace, node)
{
    protected override bool IsAcceptedForHealth() =>
        Trace.Outcomes.All(o => o.Path.Any(s => s is { Table.Name: "filter", Chain.Name: "KUBE-NODEPORTS", Action: "Accept" }));

    protected override string? Forwarded(RouteAnswer.Forwarded expected)
    {
        if (Uniform(expected) is { } problem)
        {
            return problem;
        }

        if (expected.AffinitySeconds is not { } seconds)
        {
            return Memories.Count == 0 ? null : $"it depends on {string.Join(" and ", Memories)}";
        }

        if (Memories.Count != expected.Choices.Count)
        {
            return $"{Memories.Count} memories for {expected.Choices.Count} endpoints";
        }

        // An endpoint is remembered under the name of the list that the way to it writes.
        var lists = new List<string>();
        foreach (var choice in expected.Choices)
        {
            var list = $"client {Packet.Source} is in the recent list {ListOf(choice)}, seen within {seconds} s";
            if (!Memories.Contains(list, StringComparer.Ordinal) || Only(World(list), choice) is not null)
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

    private string ListOf(RouteChoice choice)
    {
        var way = World().First(w => w.Destination == choice.Endpoint.Address && w.DestinationPort == choice.Endpoint.Port);
        return way.Path.SelectMany(s => s.Rule is null ? [] : s.Rule.Parts.OfType<RecentMatch>())
            .FirstOrDefault(m => m is { Action: RecentAction.Set, End: PacketEnd.Source })?.List ?? "that no rule writes";
    }
}
