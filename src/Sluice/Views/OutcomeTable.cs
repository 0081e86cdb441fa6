using Sluice.Dataplane.Reports;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>The ways of a trace as a table, and below it in words why they are so.</summary>
internal sealed class OutcomeTable(Page page)
{
    private const int MaxRows = 24;
    private const int BarWidth = 14;

    /// <summary>Writes the table and its reasons.</summary>
    public void Write(Trace trace)
    {
        var outcomes = trace.Outcomes;
        var shown = page.IsWide || outcomes.Count <= MaxRows ? outcomes.Count : MaxRows - 4;
        var target = Math.Max(12, outcomes.Take(shown).Select(o => Target(o).Length).DefaultIfEmpty(0).Max());
        page.Line(page.Ink.Bold($"{"#",3}  {"OUTCOME",-11} {"DESTINATION".PadRight(target)}  {"SHARE",-9} {"".PadRight(BarWidth)}  MASQUERADE{(page.IsWide ? "  EXACT" : "")}"));
        for (var i = 0; i < shown; i++)
        {
            WriteRow(outcomes[i], i + 1, target);
        }

        if (shown < outcomes.Count)
        {
            page.Line(page.Ink.Dim($"     ... {outcomes.Count - shown} more (-o wide shows all)"));
        }

        WriteReasons(trace);
    }

    /// <summary>Where a way leads: an address, or the chain that would have told.</summary>
    public static string Target(Outcome outcome) =>
        MissingChain(outcome) ?? outcome.Destination?.WithPort(outcome.DestinationPort) ?? (outcome.DestinationMap is { } map ? $"as {map} says" : "this node");

    /// <summary>The colour of how a way ends.</summary>
    public static string Paint(Ink ink, Outcome outcome, string text) => outcome.IsAmbiguous || outcome.Disposition == Disposition.Incomplete
        ? ink.Warn(text)
        : outcome.IsDelivered ? ink.Good(text) : ink.Bad(text);

    /// <summary>The chain that a way needs and the snapshot lacks; null for others.</summary>
    public static string? MissingChain(Outcome outcome) =>
        outcome.Disposition == Disposition.Incomplete && outcome.Path.Count > 0 &&
        outcome.Reason?.Contains("not in the snapshot", StringComparison.Ordinal) == true
            ? outcome.Path[^1].Verdict switch
            {
                Verdict.Jump jump => jump.Chain,
                Verdict.Goto jump => jump.Chain,
                _ => null,
            }
            : null;

    private void WriteRow(Outcome outcome, int number, int target)
    {
        var share = outcome.Probability.ToDouble();
        var kept = MasqueradeReason.IsDue(outcome) ? "yes" : outcome.IsDelivered ? "no" : "-";
        page.Line(
            $"{number,3}  {Paint(page.Ink, outcome, $"{outcome.Disposition,-11}")} {Target(outcome).PadRight(target)}  " +
            $"{TextLayout.Percent(share),-9} {page.Ink.Cyan(TextLayout.Bar(share, BarWidth))}  {kept}" +
            (page.IsWide ? $"{"".PadRight(12 - kept.Length)}{outcome.Probability}" : ""));
    }

    private void WriteReasons(Trace trace)
    {
        var reasons = new List<Reason>();
        for (var i = 0; i < trace.Outcomes.Count; i++)
        {
            foreach (var text in Reasons(trace, trace.Outcomes[i]))
            {
                var reason = reasons.Find(r => r.Text == text);
                if (reason is null)
                {
                    reason = new Reason(text, []);
                    reasons.Add(reason);
                }

                reason.Numbers.Add(i + 1);
            }
        }

        if (reasons.Count > 0)
        {
            page.Line();
        }

        foreach (var (text, numbers) in reasons.Take(page.IsWide ? int.MaxValue : MaxRows))
        {
            var who = trace.Outcomes.Count == 1 ? "" : numbers.Count == trace.Outcomes.Count ? "all: " : $"#{TextLayout.Ranges(numbers)}: ";
            var indent = "  ";
            foreach (var line in TextLayout.Wrap(who + text, page.TextWidth - 4))
            {
                page.Line(indent + line);
                indent = "    ";
            }
        }
    }

    private IEnumerable<string> Reasons(Trace trace, Outcome outcome)
    {
        if (outcome.Conditions.Count > 0)
        {
            yield return Conditions(outcome.Conditions);
        }

        if (MissingChain(outcome) is not null)
        {
            yield return $"that chain is not in the snapshot ({outcome.Path[^1].Table.Name} table): what follows is not known";
        }
        else if (!outcome.IsDelivered && trace.Outcomes.Count > 1 && outcome.Reason is { } reason)
        {
            yield return $"{outcome.Disposition.ToString().ToLowerInvariant()}, because: {reason}";
        }

        if (MasqueradeReason.Of(trace, outcome) is { } why)
        {
            yield return $"masqueraded, because {why}";
        }
    }

    // The ways are in the order of the rules: what a later one excludes is what an earlier one supposed.
    private string Conditions(IReadOnlyList<string> conditions)
    {
        if (page.IsWide || conditions.Count == 1)
        {
            return string.Join(", and ", conditions);
        }

        var supposed = string.Join(", and ", conditions.Where(c => !c.StartsWith("unless ", StringComparison.Ordinal)));
        return supposed.Length == 0 ? "if none of the above holds"
            : conditions.Any(c => c.StartsWith("unless ", StringComparison.Ordinal)) ? supposed + ", and none of the above"
            : supposed;
    }

    // Which ways a sentence is about.
    private sealed record Reason(string Text, List<int> Numbers);
}
