using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Tracing;
using RouteChoice = Sluice.Kubernetes.Intent.RouteChoice;

namespace Sluice.Tests.Planning.Nftables;

/// <summary>Judges rules of nftables: exact shares, and one map of clients for all Services.</summary>
internal sealed class NftablesJudge(EquationCluster cluster, Ruleset rules, Packet packet, Trace trace) : EquationJudge(packet, trace, cluster.Node)
{
    protected override bool IsAcceptedForHealth() =>
        Trace.Outcomes.All(o => o.Path.Any(s => s is { Table.Name: "sluice", Chain.Name: "health-check-input", Action: "Accept" }));

    protected override string? Forwarded(RouteAnswer.Forwarded expected)
    {
        if (Shares(expected) is { } problem)
        {
            return problem;
        }

        if (expected.AffinitySeconds is not { } seconds)
        {
            return Memories.Count == 0 ? null : $"it depends on {string.Join(" and ", Memories)}";
        }

        var memory = $"{Packet.Source} . {Packet.Destination} . {Packet.Protocol} . {Packet.DestinationPort} is in @affinity";
        var remembered = Trace.Outcomes.Where(o => o.Conditions.Contains($"if {memory}", StringComparer.Ordinal)).ToList();
        return remembered.Count == 0 || World().Count + remembered.Count != Trace.Outcomes.Count ? $"it depends on {string.Join(" and ", Memories)}, not on whether {memory}"
            : !remembered.TrueForAll(o => o.DestinationMap == "@affinity") ? "a client that is remembered does not go where it went"
            : !Trace.Outcomes.All(o => o.Path.Any(s => s.Chain.Name == $"learn-{seconds}")) ? $"a way does not remember the client for {seconds} s"
            : Remembered(expected.Choices[0], memory) ?? Remembered(expected.Choices[^1], memory);
    }

    private string? Shares(RouteAnswer.Forwarded expected)
    {
        var ways = World();
        if (ways.Count != expected.Choices.Count)
        {
            return $"{ways.Count} ways instead of {expected.Choices.Count}";
        }

        foreach (var choice in expected.Choices)
        {
            var way = ways.Find(w => w.Destination == choice.Endpoint.Address && w.DestinationPort == choice.Endpoint.Port);
            var share = Probability.Of(choice.Weight, expected.TotalWeight);
            if (way is null || way.Probability != share || Mismatch(way, choice) is not null)
            {
                return way is null ? $"no way to {choice.Endpoint}" : Mismatch(way, choice) ?? $"{choice.Endpoint} has the share {way.Probability}, not {share}";
            }
        }

        return null;
    }

    // What becomes of a client whom the map remembers for an endpoint.
    private string? Remembered(RouteChoice choice, string memory)
    {
        var key = NftValue.Concat(
        [
            NftValue.Of(Packet.Source), NftValue.Of(Packet.Destination), NftValue.Of(Packet.Protocol.Number, 8), NftValue.Of((ulong)Packet.DestinationPort!, 16),
        ]);
        var element = new SetElement(key, key) { Data = NftValue.Concat([NftValue.Of(choice.Endpoint.Address), NftValue.Of((ulong)choice.Endpoint.Port, 16)]) };
        var table = rules.Tables[0];
        var remembering = table with { Sets = table.Sets.Select(s => s.Name == "affinity" ? s with { Elements = [element] } : s).ToEquatableArray() };
        var answer = new Tracer(EquationNode.With(new NodeSnapshot(new Ruleset([remembering])), cluster)).Trace(Packet);
        return Only(WorldOf(answer, new HashSet<string>(StringComparer.Ordinal) { memory }), choice) is { } problem ? $"remembered for {choice.Endpoint}: {problem}" : null;
    }
}
