using Sluice.Dataplane.Chains;
using Sluice.Dataplane.Reports;
using Sluice.Netfilter.Tracing;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>A trace for people: what happens in one sentence, the ways with their shares, why, the path, what it costs.</summary>
/// <param name="page">Where it is written.</param>
internal sealed class TraceView(Page page)
{
    /// <summary>Writes everything.</summary>
    public void Write(Trace trace, bool isReply)
    {
        WriteHeadline(trace, isReply);
        page.Line();
        new OutcomeTable(page).Write(trace);
        WritePath(trace);
        WriteNotes(trace);
    }

    /// <summary>The sentence, coloured by how it ends.</summary>
    public void WriteHeadline(Trace trace, bool isReply)
    {
        foreach (var line in TextLayout.Wrap(Headline.Of(trace, isReply), page.TextWidth))
        {
            page.Line(trace.Verdict switch
            {
                TraceVerdict.Delivered => page.Ink.Good(line),
                TraceVerdict.Dropped or TraceVerdict.Rejected or TraceVerdict.Unreachable => page.Ink.Bad(line),
                _ => page.Ink.Warn(line),
            });
        }
    }

    /// <summary>The merged tree of all ways.</summary>
    public void WritePath(Trace trace)
    {
        var tree = PathTree.Of(trace);
        if (tree.Stages.Count > 0)
        {
            page.Line();
            new PathView(page, trace).Write(tree);
        }
    }

    /// <summary>The tree of the first hook, and the names of those after it.</summary>
    public void WritePathBegin(Trace trace)
    {
        var tree = PathTree.Of(trace);
        var hooks = tree.Stages.Select(s => HookNames.Of(s.Hook)).Distinct(StringComparer.Ordinal).ToList();
        page.Line();
        new PathView(page, trace).Write(new PathTree([.. tree.Stages.TakeWhile(s => s.Hook == tree.Stages[0].Hook)]));
        page.Line($"{"",13}... and so on through {string.Join(" and ", hooks.Skip(1))}");
    }

    /// <summary>Chains, shares, cost and assumptions.</summary>
    public void WriteNotes(Trace trace)
    {
        page.Section("Chains", Chains(trace));
        WriteShares(trace);
        page.Section("Cost", [Cost(trace)]);
        page.Section("Assumed", trace.Assumptions);
    }

    /// <summary>Why the numbers in the rules are as they are, and what each way really gets.</summary>
    public void WriteShares(Trace trace) => page.Section("Shares", ShareExplanation.Of(trace));

    // Each kind of chain once, by the first of its kind on the way.
    private static List<string> Chains(Trace trace)
    {
        var texts = new List<string>();
        var purposes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in trace.Outcomes.SelectMany(o => o.Path).Where(s => s.Chain.Base is null))
        {
            if (ChainOwners.Find(step.Chain.Name) is { } owner && purposes.Add(owner.Purpose))
            {
                texts.Add($"{step.Chain.Name} ({owner.Owner}): {owner.Purpose}");
            }
        }

        return texts;
    }

    private static string Cost(Trace trace)
    {
        Outcome? worst = null;
        var fewest = int.MaxValue;
        foreach (var outcome in trace.Outcomes)
        {
            worst = worst is null || outcome.RulesEvaluated > worst.RulesEvaluated ? outcome : worst;
            fewest = Math.Min(fewest, outcome.RulesEvaluated);
        }

        if (worst is null || worst.RulesEvaluated == 0)
        {
            return "no rule is compared with it";
        }

        var hooks = string.Join(", ", worst.CostByHook.Select(c => $"{c.Rules} in {HookNames.Of(c.Hook)}"));
        return fewest == worst.RulesEvaluated
            ? $"{fewest} rules are compared with it: {hooks}"
            : $"{fewest} to {worst.RulesEvaluated} rules are compared with it: at most {hooks}";
    }
}
