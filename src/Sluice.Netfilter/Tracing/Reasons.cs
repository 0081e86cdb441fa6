using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing;

/// <summary>Says in words why a way ended, from the comments that rules carry.</summary>
internal static class Reasons
{
    /// <summary>For a rule that drops or rejects: its comment, or that of the nearest rule that led to it.</summary>
    public static string ForRule(Branch branch, Step step)
    {
        var place = $"rule {step.RuleNumber} of {step.Chain.Name} ({step.Table.Name})";
        return step.Comment is { Length: > 0 } own ? $"{own} [{place}]"
            : Caller(branch.Steps?.Previous, step.Depth) is { } comment ? $"{comment} [{place}]"
            : place;
    }

    /// <summary>For a base chain's policy.</summary>
    public static string ForPolicy(Table table, Chain chain) => $"policy {chain.Base?.Policy.ToString().ToUpperInvariant()} of {chain.Name} ({table.Name})";

    /// <summary>For a packet that carries kubelet's drop mark: the comment of the rule that sent it to be marked.</summary>
    public static string ForMarkDrop(Branch branch)
    {
        Step? found = null;
        for (var node = branch.Steps; node is not null; node = node.Previous)
        {
            if (node.Step.Rule?.Verdict is Verdict.Jump { Chain: "KUBE-MARK-DROP" } or Verdict.Goto { Chain: "KUBE-MARK-DROP" })
            {
                found = node.Step;
            }
        }

        return found is null
            ? "it carries mark 0x8000"
            : $"{found.Rule?.Comment ?? "marked to be dropped"} [rule {found.RuleNumber} of {found.Chain.Name} ({found.Table.Name})]";
    }

    private static string? Caller(StepList? steps, int depth)
    {
        for (var node = steps; node is not null && depth > 0; node = node.Previous)
        {
            if (node.Step.Depth < depth)
            {
                depth = node.Step.Depth;
                if (node.Step.Comment is { Length: > 0 } comment)
                {
                    return comment;
                }
            }
        }

        return null;
    }
}
