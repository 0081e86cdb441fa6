using Sluice.Dataplane.Reports;
using Sluice.Netfilter.Rules;
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
        Hook? hook = null;
        foreach (var stage in tree.Stages)
        {
            if (stage.Hook != hook)
            {
                page.Line(new string(' ', GutterWidth) + page.Ink.Bold(HookNames.Of(stage.Hook)));
                hook = stage.Hook;
            }

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

        var depth = first.Depth;
        foreach (var branch in branches)
        {
            depth = Math.Min(depth, branch.Steps[0].Depth);
        }

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
                WriteRow("", "", cursor.Take() + Spaces(indent.Length - 2), page.Ink.Dim($"{label}{step.Table.Name}: no rule matches, {step.Text}"));
            }
            else if (FruitlessJumps(branch, i) is var last && last > i)
            {
                WriteHeading(step, cursor);
                WriteFruitless(branch.Steps, i, last, cursor.Take() + indent, label);
                i = last - 1;
            }
            else
            {
                WriteHeading(step, cursor);
                var prefix = cursor.Take() + indent;
                var words = StepText.Of(step, isEntered: !page.IsWide && IsEntered(branch, i), isOnly: branch.Outcomes.Count == 1);
                var text = TextLayout.FitRule(words, Room(prefix, label));
                WriteRow(
                    step.Line > 0 ? $"{step.Line}" : "",
                    step.RuleNumber > 0 ? $"{step.RuleNumber}" : "",
                    prefix,
                    page.Ink.Dim(label) + (step.IsPolicy ? page.Ink.Dim(text) : text));
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

    // The end of a run of rules from here that only tried another chain, in vain.
    private int FruitlessJumps(PathBranch branch, int at)
    {
        var end = at;
        while (!page.IsWide && end < branch.Steps.Count && ReferenceEquals(branch.Steps[end].Chain, branch.Steps[at].Chain) &&
            branch.Steps[end].Verdict is Verdict.Jump && !IsEntered(branch, end))
        {
            end++;
        }

        return end;
    }

    private static bool IsEntered(PathBranch branch, int at) => at + 1 < branch.Steps.Count
        ? branch.Steps[at + 1].Depth > branch.Steps[at].Depth
        : branch.Ends.Count > 0 || branch.Next.Any(b => b.Steps[0].Depth > branch.Steps[at].Depth);

    private void WriteFruitless(IReadOnlyList<Step> steps, int first, int last, string prefix, string label)
    {
        var numbers = TextLayout.Ranges([.. Enumerable.Range(first, last - first).Select(i => steps[i].RuleNumber)]);
        var chains = string.Join(", ", Enumerable.Range(first, last - first).Select(i => ((Verdict.Jump)steps[i].Verdict!).Chain));
        var verb = last - first == 1 ? "no rule matches there" : "no rule matches in any";
        WriteRow(
            steps[first].Line > 0 ? $"{steps[first].Line}" : "",
            numbers.Length <= 5 ? numbers : $"{steps[first].RuleNumber}...",
            prefix,
            page.Ink.Dim(label + TextLayout.Fit(chains, Room(prefix, label) - verb.Length - 2) + ": " + verb));
    }

    private int Room(string prefix, string label) => Math.Max(20, page.Width - GutterWidth - prefix.Length - label.Length);

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
        // A virtual server is one row.
        if (cursor.IsOpen(step) || step.VirtualServer is not null)
        {
            return;
        }

        var name = step.Depth == 0 ? $"{step.Table.Name} {step.Chain.Name}" : "└ " + step.Chain.Name;
        WriteRow("", "", cursor.Take() + Spaces(2 * (step.Depth - cursor.Depth - 1)), page.Ink.Cyan(name));
    }

    private void WriteRow(string line, string rule, string prefix, string text) =>
        page.Line($"{page.Ink.Dim($"{line,5} {rule,5}")}  {page.Ink.Dim(prefix)}{text}");

    private static string Label(IEnumerable<int> outcomes)
    {
        var numbers = new List<int>();
        foreach (var outcome in outcomes)
        {
            numbers.Add(outcome + 1);
        }

        numbers.Sort();
        return "#" + TextLayout.Ranges(numbers);
    }

    private static string Spaces(int count) => new(' ', Math.Max(0, count));

    // A base chain of which only the policy was reached.
    private static bool IsEmptyChain(IReadOnlyList<Step> steps, int at) =>
        at == 0 && steps[at].IsPolicy && steps[at].Action == "Policy Accept";
}
