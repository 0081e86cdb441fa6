using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Views;

/// <summary>The text of a step in a path tree.</summary>
internal static class StepText
{
    /// <summary>
    /// The rule without what the tree around it says: its chain stands in the heading, the one it enters in the next heading; counters
    /// only distract. What IPVS decided stands there where all ways agree.
    /// </summary>
    public static string Of(Step step, bool isEntered, bool isOnly)
    {
        if (step.VirtualServer is not null)
        {
            return $"IPVS: {step.Text}{(isOnly ? " " + step.Action : "")}";
        }

        var text = step.Text;
        if (text.StartsWith('[') && text.IndexOf("] ", StringComparison.Ordinal) is var end and > 0)
        {
            text = text[(end + 2)..];
        }

        var prefix = $"-A {step.Chain.Name} ";
        text = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
        var (jumpWord, gotoWord) = step.Table.IsNative ? (" jump ", " goto ") : (" -j ", " -g ");
        var target = step.Verdict switch
        {
            Verdict.Jump jump => jumpWord + jump.Chain,
            Verdict.Goto jump => gotoWord + jump.Chain,
            _ => null,
        };
        return isEntered && target is not null && text.EndsWith(target, StringComparison.Ordinal) ? text[..^target.Length] : text;
    }
}
