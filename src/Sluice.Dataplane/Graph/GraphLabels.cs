using System.Globalization;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>The lines of text on nodes and edges, before a writer escapes them.</summary>
internal static class GraphLabels
{
    private const int MaxRules = 4;
    private const int MaxLine = 160;

    public static IEnumerable<string> Of(GraphNode node)
    {
        yield return Shorten(node.Kind == GraphNodeKind.More ? "… " + node.Label : node.Label);
        if (node.Kind == GraphNodeKind.MissingChain)
        {
            yield return "not in the snapshot";
        }

        if (node.Owner is { } owner && node.Kind is GraphNodeKind.Chain or GraphNodeKind.MissingChain)
        {
            yield return $"({owner})";
        }

        if (node.Detail is { } detail)
        {
            yield return Shorten(detail);
        }
    }

    /// <summary>A line per rule; then what they let through together.</summary>
    public static IEnumerable<string> Of(GraphEdge edge)
    {
        var share = edge.Share is { } known && !known.IsOne ? $"→ {Percent(known)}" : null;
        foreach (var rule in edge.Rules.Take(MaxRules))
        {
            if (Of(rule) is { Length: > 0 } text)
            {
                yield return text;
            }
            else if (edge.Rules.Count > 1)
            {
                yield return "always";
            }
        }

        if (edge.Rules.Count > MaxRules)
        {
            yield return $"… {edge.Rules.Count - MaxRules} more rules";
        }

        if (share is not null)
        {
            yield return share;
        }
    }

    private static string Of(GraphRule rule)
    {
        var chance = rule.Chance is { } p
            ? string.Create(CultureInfo.InvariantCulture, $"random {p.ToDouble():0.#####}")
            : rule.IsRest ? "the rest" : "";
        return Shorten($"{rule.Condition} {chance}".Trim());
    }

    private static string Percent(Probability probability)
    {
        var value = probability.ToDouble() * 100;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.###}%");
    }

    private static string Shorten(string text) =>
        text.Length <= MaxLine ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[MaxLine - 1]) ? MaxLine - 1 : MaxLine), "…");
}
