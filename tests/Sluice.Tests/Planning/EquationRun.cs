using System.Collections.Concurrent;
using Sluice.Kubernetes.Intent;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Planning;

/// <summary>Asks the equation of clusters and counts what it met.</summary>
/// <param name="rules">The planner.</param>
internal sealed class EquationRun(EquationRules rules)
{
    private const int PacketsPerCluster = 160;

    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _differences = new(StringComparer.Ordinal);
    private int _packets;
    private int _large;

    public int Packets => _packets;

    /// <summary>How many clusters had more endpoints than rules have comments for.</summary>
    public int LargeClusters => _large;

    /// <summary>How often each kind of answer was expected.</summary>
    public IReadOnlyDictionary<string, int> Answers => _answers;

    /// <summary>How often each difference was met.</summary>
    public IReadOnlyDictionary<string, int> Differences => _differences;

    /// <summary>The first packet of a cluster whose rules do something else than they are to do, in words; null when there is none.</summary>
    public string? Problem(EquationCluster cluster)
    {
        var intent = cluster.ToIntent();
        var loaded = rules.Load(cluster, intent);
        var tracer = new Tracer(EquationNode.With(loaded, cluster));
        _ = intent.EndpointCount > 1000 ? Interlocked.Increment(ref _large) : 0;
        foreach (var packet in EquationPackets.Of(cluster, intent, PacketsPerCluster))
        {
            var (expected, difference) = rules.AnswerOfRules(cluster, intent, packet);
            var trace = tracer.Trace(packet);
            Count(expected, difference);
            if (rules.Judge(cluster, loaded, packet, trace).Problem(expected) is { } problem)
            {
                return $"{EquationText.Of(packet)}: {problem}\n  meant: {EquationText.Of(intent.Route(packet))}\n" +
                    (difference is null ? "" : $"  but for {difference.Name}: {EquationText.Of(expected)}\n") +
                    string.Concat(trace.Outcomes.Select(o => "  rules: " + Text(o)));
            }
        }

        return null;
    }

    private void Count(RouteAnswer expected, EquationDifference? difference)
    {
        Interlocked.Increment(ref _packets);
        Add(_answers, expected.GetType().Name);
        if (expected is RouteAnswer.Forwarded forwarded)
        {
            Add(_answers, forwarded.Choices.All(c => c.Masquerade) ? "masqueraded" : forwarded.Choices.Any(c => c.Masquerade) ? "masqueraded in part" : "source kept");
            Add(_answers, forwarded.AffinitySeconds is null ? "without affinity" : "with affinity");
            Add(_answers, "with weights", forwarded.Choices.DistinctBy(c => c.Weight).Count() > 1);
            foreach (var name in rules.DifferencesInShares)
            {
                Add(_differences, name, rules.Concerns(name, forwarded));
            }
        }

        Add(_differences, difference?.Name ?? "", difference is not null);
    }

    private static void Add(ConcurrentDictionary<string, int> counts, string name, bool isMet = true) =>
        _ = isMet ? counts.AddOrUpdate(name, 1, (_, n) => n + 1) : 0;

    private static string Text(Outcome outcome) =>
        $"{outcome.Disposition} {outcome.Destination?.WithPort(outcome.DestinationPort)} from {outcome.Source} with {outcome.Probability}" +
        $"{(outcome.Masquerade ? ", masqueraded" : "")} {outcome.Reason} {string.Join("; ", outcome.Conditions)}\n" +
        string.Concat(outcome.Path.Select(s => $"    {s.Hook} {s.Table.Name} {s.Chain.Name} {s.Action}\n"));
}
