using Sluice.Dataplane.Reports;
using Sluice.Netfilter.Tracing;
using Sluice.Output;

namespace Sluice.Views;

/// <summary>A path tree for people: line and rule numbers in a gutter, chains nested as they call each other.</summary>
internal sealed class PathView(Page page, Trace trace)
{
    private const int GutterWidth = 13;
    private const int MaxBranches = 10;
    private const int MaxLabel = 14;

    /// <summary>Writes the tree.</summary>
    public void Write(PathTree tree)
    {
        page.Line(page.Ink.Bold($"{"LINE",5} {"RULE",5}  PATH"));
        foreach (var stage in tree.Stages)
        {
            page.Line(new string(' ', GutterWidth) + page.Ink.Bold(HookNames.Of(stage.Hook)));
            var cursor = new PathCursor("", "", depth: -1, open: []);
            if (stage.Branches.Count == 1)
            {
                WriteBranch(stage.Branches[0], cursor, label: "");
            }
            else
            {
                WriteBranches(stage.Branches, cursor);
            }
        }
    }

    private void WriteBranches(IReadOnlyList<PathBranch> branches, PathCursor cursor)
    {
        if (branches.Count == 0)
        {
            return;
        }

        var first = branches[0].Steps[0];
        if (branches.All(b => ReferenceEquals(b.Steps[0].Chain, first.Chain) && b.Steps[0].Depth == first.Depth))
        {
            WriteHeading(first, cursor);
        }

        var depth = branches.Min(b => b.Steps[0].Depth);
        var stem = cursor.Take() + Spaces(2 * (depth - cursor.Depth));
        for (var i = 0; i < branches.Count; i++)
        {
            if (i == 3 && branches.Count > MaxBranches && !page.IsWide)
            {
                var skipped = branches.Skip(3).SkipLast(1).SelectMany(b => b.Outcomes);
                WriteRow("", "", stem + "├ ", page.Ink.Dim($"... {Label(skipped)} alike (-o wide shows all)"));
                i = branches.Count - 1;
            }

            var isLast = i == branches.Count - 1;
            var child = new PathCursor(stem + (isLast ? "└ " : "├ "), stem + (isLast ? "  " : "│ "), depth, [.. cursor.Open]);
            var label = Label(branches[i].Outcomes);
            WriteBranch(branches[i], child, label.Length <= MaxLabel ? label + " " : "");
        }
    }

    private void WriteBranch(PathBranch branch, PathCursor cursor, string label)
    {
        for (var i = 0; i < branch.Steps.Count; i++)
        {
            var step = branch.Steps[i];
            var indent = Spaces(2 * (step.Depth - cursor.Depth));
            if (IsEmptyChain(branch.Steps, i))
            {
                var tables = step.Table.Name;
                for (; i + 1 < branch.Steps.Count && IsEmptyChain(branch.Steps, i + 1); i++)
                {
                    tables += ", " + branch.Steps[i + 1].Table.Name;
                }

                WriteRow("", "", cursor.Take() + Spaces(indent.Length - 2), page.Ink.Dim($"{label}{tables}: no rule matches, {step.Text}"));
            }
            else
            {
                WriteHeading(step, cursor);
                var prefix = cursor.Take() + indent;
                var text = TextLayout.FitRule(Bare(step), Math.Max(20, page.Width - GutterWidth - prefix.Length - label.Length));
                WriteRow(
                    step.Line > 0 ? $"{step.Line}" : "",
                    step.RuleNumber > 0 ? $"{step.RuleNumber}" : "",
                    prefix,
                    page.Ink.Dim(label) + (step.Rule is null ? page.Ink.Dim(text) : text));
            }

            label = "";
        }

        var end = Spaces(2 * (branch.Steps[^1].Depth - cursor.Depth));
        foreach (var index in branch.Ends)
        {
            WriteRow("", "", cursor.Take() + end, EndOf(index));
        }

        WriteBranches(branch.Next, cursor);
    }

    private string EndOf(int index)
    {
        var outcome = trace.Outcomes[index];
        var number = trace.Outcomes.Count == 1 ? "" : $"#{index + 1} ";
        var where = OutcomeTable.MissingChain(outcome) is { } chain ? $": {chain} is missing"
            : !outcome.IsDelivered ? ""
            : $" {OutcomeTable.Target(outcome)}" + (outcome.OutInterface is { } name ? $" by {name}" : "") + (outcome.Masquerade ? ", masqueraded" : "");
        return OutcomeTable.Paint(page.Ink, outcome, $"=> {number}{outcome.Disposition}{where}");
    }

    private void WriteHeading(Step step, PathCursor cursor)
    {
        if (cursor.IsOpen(step))
        {
            return;
        }

        var name = step.Depth == 0 ? $"{step.Table.Name} {step.Chain.Name}" : "└ " + step.Chain.Name;
        WriteRow("", "", cursor.Take() + Spaces(2 * (step.Depth - cursor.Depth - 1)), page.Ink.Cyan(name));
    }

    private void WriteRow(string line, string rule, string prefix, string text) =>
        page.Line($"{page.Ink.Dim($"{line,5} {rule,5}")}  {page.Ink.Dim(prefix)}{text}");

    private static string Label(IEnumerable<int> outcomes) => "#" + TextLayout.Ranges([.. outcomes.Select(o => o + 1).Order()]);

    private static string Spaces(int count) => new(' ', Math.Max(0, count));

    // A base chain of which only the policy was reached.
    private static bool IsEmptyChain(IReadOnlyList<Step> steps, int at) =>
        steps[at].Rule is null && steps[at].Action == "Policy Accept" &&
        (at == 0 || !ReferenceEquals(steps[at - 1].Table, steps[at].Table));

    // The chain stands in the heading already; counters only distract.
    private static string Bare(Step step)
    {
        var text = step.Text;
        if (text.StartsWith('[') && text.IndexOf("] ", StringComparison.Ordinal) is var end and > 0)
        {
            text = text[(end + 2)..];
        }

        var prefix = $"-A {step.Chain.Name} ";
        return text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
    }
}
