using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Reports;

/// <summary>All ways of a trace as one tree: what they share stands once, and branches split where their rules differ.</summary>
/// <param name="Stages">The tables of the hooks in the order packets pass them.</param>
public sealed record PathTree(IReadOnlyList<PathStage> Stages)
{
    /// <summary>The tree of a trace. Ways are named by their index among the outcomes.</summary>
    public static PathTree Of(Trace trace)
    {
        var ways = trace.Outcomes.Select((outcome, index) => new Way(index, Segments(outcome.Path))).ToList();
        var stages = new List<PathStage>();
        for (var stage = 0; ; stage++)
        {
            var open = ways.Where(w => w.Segments.Count > stage).ToList();
            if (open.Count == 0)
            {
                return new PathTree(stages);
            }

            foreach (var group in open.GroupBy(w => $"{HookNames.Of(w.Segments[stage][0].Hook)} {w.Segments[stage][0].Table.Name}", StringComparer.Ordinal))
            {
                var here = group.Select(w => new Way(w.Index, w.Segments, stage)).ToList();
                stages.Add(new PathStage(here[0].Steps[0].Hook, Split(here, 0)));
            }
        }
    }

    private static List<List<Step>> Segments(IReadOnlyList<Step> path)
    {
        var segments = new List<List<Step>>();
        foreach (var step in path)
        {
            if (segments.Count == 0 || segments[^1][^1].Hook != step.Hook || !ReferenceEquals(segments[^1][^1].Table, step.Table))
            {
                segments.Add([]);
            }

            segments[^1].Add(step);
        }

        return segments;
    }

    private static List<PathBranch> Split(List<Way> ways, int position) =>
        [.. ways.Where(w => position < w.Steps.Count).GroupBy(w => new Place(w.Steps[position])).Select(g => Follow([.. g], position))];

    // As far as all of them go together; then split again.
    private static PathBranch Follow(List<Way> ways, int start)
    {
        var position = start + 1;
        while (ways.TrueForAll(w => w.Steps.Count > position) && ways.TrueForAll(w => new Place(w.Steps[position]) == new Place(ways[0].Steps[position])))
        {
            position++;
        }

        return new PathBranch(
            ways[0].Steps.GetRange(start, position - start),
            [.. ways.Select(w => w.Index)],
            [.. ways.Where(w => w.Steps.Count == position && w.IsLast).Select(w => w.Index)],
            Split(ways, position));
    }

    private sealed record Way(int Index, List<List<Step>> Segments, int Stage = 0)
    {
        public List<Step> Steps => Segments[Stage];

        public bool IsLast => Stage == Segments.Count - 1;
    }

    // Equal steps of different ways are different objects. What a rule made of the packet may differ (DNAT to a range): that
    // does not split the tree.
    private sealed record Place(string Table, string Chain, int RuleNumber, int Depth)
    {
        public Place(Step step)
            : this(step.Table.Name, step.Chain.Name, step.RuleNumber, step.Depth)
        {
        }
    }
}

/// <summary>What happens in one table at one hook.</summary>
/// <param name="Hook">The hook.</param>
/// <param name="Branches">The ways through it, in order; one where all begin alike.</param>
public sealed record PathStage(Hook Hook, IReadOnlyList<PathBranch> Branches);

/// <summary>Steps that several ways share.</summary>
/// <param name="Steps">The steps, at least one.</param>
/// <param name="Outcomes">The ways that take them, by index.</param>
/// <param name="Ends">Those of them that end after the last step.</param>
/// <param name="Next">How the others go on in this table.</param>
public sealed record PathBranch(IReadOnlyList<Step> Steps, IReadOnlyList<int> Outcomes, IReadOnlyList<int> Ends, IReadOnlyList<PathBranch> Next);
