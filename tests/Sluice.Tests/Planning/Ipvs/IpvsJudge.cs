using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Tracing;
using RouteChoice = Sluice.Kubernetes.Intent.RouteChoice;

namespace Sluice.Tests.Planning.Ipvs;

/// <summary>Judges IPVS: exact shares of rr and wrr, the conditions of other schedulers, clients that a virtual server remembers.</summary>
internal sealed class IpvsJudge(Packet packet, Trace trace, NodeProfile node) : EquationJudge(packet, trace, node)
{
    protected override bool IsAcceptedForHealth() =>
        Trace.Outcomes.All(o => o.Path.Any(s => s is { Table.Name: "filter", Chain.Name: "KUBE-NODE-PORT", Action: "Accept" }));

    protected override string? Forwarded(RouteAnswer.Forwarded expected)
    {
        var servers = Trace.Outcomes.Select(o => o.Path.Select(s => s.VirtualServer).FirstOrDefault(s => s is not null)).ToList();
        if (servers.Contains(null) || servers.Distinct().Count() != 1)
        {
            return "not every way is by one virtual server";
        }

        var server = servers[0]!;
        if (server.PersistenceSeconds != expected.AffinitySeconds)
        {
            return $"clients are remembered for {server.PersistenceSeconds} s, not {expected.AffinitySeconds}";
        }

        if (Packet.Source.IsLoopback)
        {
            return FromLoopback(expected, isExact: server.Scheduler is "rr" or "wrr" && expected.AffinitySeconds is null);
        }

        var remembered = expected.AffinitySeconds is null || expected.Choices.Count < 2
            ? []
            : expected.Choices.Select(c => $"IPVS remembers client {Packet.Source} at {c.Endpoint} for {server.Key}").ToList();
        if (remembered.Find(r => !Memories.Contains(r, StringComparer.Ordinal)) is { } unknown)
        {
            return $"it does not depend on whether {unknown}";
        }

        for (var i = 0; i < remembered.Count; i++)
        {
            if (OnlyTo(World(remembered[i]), expected.Choices[i]) is { } problem)
            {
                return $"{remembered[i]}: {problem}";
            }
        }

        return server.Scheduler is "rr" or "wrr" ? Shares(expected, remembered) : Chosen(expected, remembered);
    }

    private string? Shares(RouteAnswer.Forwarded expected, List<string> remembered)
    {
        var ways = World();
        if (ways.Count != expected.Choices.Count || Memories.Count != remembered.Count)
        {
            return $"{ways.Count} ways instead of {expected.Choices.Count}, {Memories.Count} memories";
        }

        foreach (var choice in expected.Choices)
        {
            var share = Probability.Of(choice.Weight, expected.TotalWeight);
            var way = ways.Find(w => IsTo(w, choice));
            if (way is null || way.Probability != share || Mismatch(way, choice) is not null)
            {
                return way is null ? $"no way to {choice.Endpoint}" : Mismatch(way, choice) ?? $"{choice.Endpoint} has the share {way.Probability}, not {share}";
            }
        }

        return null;
    }

    // Under each condition of the scheduler, to just one endpoint; each endpoint under one.
    private string? Chosen(RouteAnswer.Forwarded expected, List<string> remembered)
    {
        var chosen = Trace.Outcomes.Where(o => !o.Conditions.Any(c => c.StartsWith("if ", StringComparison.Ordinal) && remembered.Contains(c[3..], StringComparer.Ordinal))).ToList();
        var problems = expected.Choices.Select(choice => chosen.Where(w => IsTo(w, choice)).ToList() is not [var way] ? $"not one way to {choice.Endpoint}"
            : !way.Probability.IsOne ? $"{choice.Endpoint} has the share {way.Probability}"
            : Mismatch(way, choice));
        return chosen.Count != expected.Choices.Count ? $"{chosen.Count} ways instead of {expected.Choices.Count}" : problems.FirstOrDefault(p => p is not null);
    }

    private string? OnlyTo(List<Outcome> ways, RouteChoice choice) =>
        ways is [var way] && IsTo(way, choice) && way.Probability.IsOne ? Mismatch(way, choice) : $"{ways.Count} ways";

    private static bool IsTo(Outcome way, RouteChoice choice) => way.Destination == choice.Endpoint.Address && way.DestinationPort == choice.Endpoint.Port;

    // Difference loopback-source: what would go to another host is dropped.
    private string? FromLoopback(RouteAnswer.Forwarded expected, bool isExact)
    {
        var stopped = Trace.Outcomes.Where(o => o.Disposition == Disposition.Dropped).ToList();
        var arrived = Trace.Outcomes.Except(stopped).ToList();
        var reached = expected.Choices.Where(c => Node.IsOwnAddress(c.Endpoint.Address)).ToList();
        if (stopped.Count > 0 != reached.Count < expected.Choices.Count || arrived.Exists(w => !reached.Exists(c => IsTo(w, c))))
        {
            return "it comes from loopback, and something else is dropped than what goes to other hosts";
        }

        foreach (var choice in reached)
        {
            var ways = arrived.Where(w => IsTo(w, choice)).ToList();
            var share = Probability.Of(choice.Weight, expected.TotalWeight);
            if (ways.Count == 0 || (isExact && (ways.Count > 1 || ways[0].Probability != share)) || ways.Exists(w => Mismatch(w, choice) is not null))
            {
                return $"{choice.Endpoint}: {ways.Count} ways from loopback, {ways.Select(w => Mismatch(w, choice)).FirstOrDefault(p => p is not null)}";
            }
        }

        return null;
    }
}
