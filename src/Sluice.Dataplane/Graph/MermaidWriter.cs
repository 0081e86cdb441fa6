using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sluice.Dataplane.Graph;

/// <summary>Writes a chain graph as a Mermaid flowchart. Whatever names and comments hold, they stay text.</summary>
public static class MermaidWriter
{
    // Mermaid draws nothing that is longer (maxTextSize); a document cannot raise the limit.
    private const int MaxText = 50_000;

    /// <summary>The flowchart, shortened to what Mermaid accepts.</summary>
    public static string Write(ChainGraph graph)
    {
        var text = WriteAll(graph);
        while (text.Length > MaxText && graph.Nodes.Count > 2)
        {
            graph = GraphCut.ToNodes(graph, (int)(graph.Nodes.Count * Math.Min(0.9, (double)MaxText / text.Length)));
            text = WriteAll(graph);
        }

        return text;
    }

    private static string WriteAll(ChainGraph graph)
    {
        var text = new StringBuilder();
        text.Append("---\ntitle: ").Append(Title(graph.Title)).Append("\n---\nflowchart LR\n");
        var tables = 0;
        foreach (var group in graph.Nodes.GroupBy(n => n.Table))
        {
            var indent = group.Key is null ? "    " : "        ";
            if (group.Key is not null)
            {
                text.Append("    subgraph t").Append(tables++).Append("[\"").Append(Escape("table " + group.Key)).Append("\"]\n");
            }

            foreach (var node in group)
            {
                text.Append(indent);
                WriteNode(node, text);
            }

            if (group.Key is not null)
            {
                text.Append("    end\n");
            }
        }

        foreach (var edge in graph.Edges)
        {
            WriteEdge(edge, graph.Nodes, text);
        }

        if (graph.Note is { } note)
        {
            text.Append("    note[/\"").Append(Escape(note)).Append("\"/]:::more\n");
        }

        text.Append("    classDef base fill:#dbeafe,stroke:#1d4ed8,color:#111\n");
        text.Append("    classDef missing fill:#fff,stroke:#b91c1c,stroke-dasharray: 6 4,color:#7f1d1d\n");
        text.Append("    classDef endpoint fill:#dcfce7,stroke:#15803d,color:#111\n");
        text.Append("    classDef verdict fill:#fef9c3,stroke:#a16207,color:#111\n");
        text.Append("    classDef more fill:#f3f4f6,stroke:#6b7280,color:#111\n");
        return text.ToString();
    }

    private static void WriteNode(GraphNode node, StringBuilder text)
    {
        var (open, close, style) = node.Kind switch
        {
            GraphNodeKind.BaseChain => ("([", "])", "base"),
            GraphNodeKind.MissingChain => ("[", "]", "missing"),
            GraphNodeKind.VirtualServer => ("[[", "]]", "base"),
            GraphNodeKind.Endpoint => ("{{", "}}", "endpoint"),
            GraphNodeKind.Verdict => ("(", ")", "verdict"),
            GraphNodeKind.Packet => (">", "]", "base"),
            GraphNodeKind.More => ("[/", "/]", "more"),
            _ => ("[", "]", null),
        };
        text.Append(node.Id).Append(open).Append('"').Append(Lines(GraphLabels.Of(node))).Append('"').Append(close);
        text.Append(style is null ? "" : ":::" + style).Append('\n');
    }

    private static void WriteEdge(GraphEdge edge, IReadOnlyList<GraphNode> nodes, StringBuilder text)
    {
        var isMissing = nodes.Any(n => n.Id == edge.To && n.Kind == GraphNodeKind.MissingChain);
        text.Append("    ").Append(edge.From).Append(isMissing ? " -.->" : " -->");
        var label = Lines(GraphLabels.Of(edge));
        text.Append(label.Length == 0 ? "" : $"|\"{label}\"|").Append(' ').Append(edge.To).Append('\n');
    }

    private static string Lines(IEnumerable<string> lines) => string.Join("<br/>", lines.Select(Escape));

    // Front matter is YAML; a JSON string is one, and leaves nothing that could end it.
    private static string Title(string title) =>
        $"\"{JsonEncodedText.Encode(title)}\"".Replace("%", "\\u0025", StringComparison.Ordinal);

    // Inside quotes only quotes end a label; the rest are characters that Mermaid gives a meaning even there: entities,
    // directives, comments, Markdown, HTML, and its own marks for entities.
    private static string Escape(string text)
    {
        // encodeEntities in Mermaid takes a line with these words and a colon for a style.
        var isStyle = text.Contains("style", StringComparison.Ordinal) || text.Contains("classDef", StringComparison.Ordinal);
        var isDirective = text.Contains("%%", StringComparison.Ordinal);
        var result = new StringBuilder(text.Length);

        // Mermaid's own marks for the beginning and the end of an entity, and for formulas, count even after entities are read.
        text = text.Replace("ﬂ°", "fl°", StringComparison.Ordinal)
            .Replace("¶ß", "¶\u200bß", StringComparison.Ordinal)
            .Replace("$$", "$\u200b$", StringComparison.Ordinal);

        // A bullet or a number at the start would make a Markdown list, which Mermaid refuses to draw.
        var isList = IsListItem(text);
        foreach (var rune in text.EnumerateRunes())
        {
            if (isList && rune.Value is '-' or '+' or '.' or ')')
            {
                result.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
                isList = false;
            }
            else if (rune.Value is '"' or '#' or '&' or '<' or '>' or '{' or '}' or '`' or '\\' or '*' or '_' or '~' or '|' or '[' or ']' || (rune.Value == ':' && isStyle) || (rune.Value == '%' && isDirective))
            {
                result.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
            }
            else if (rune.Value == 'n' && result.Length >= 4 && result.ToString(result.Length - 4, 4) == "#92;")
            {
                // Mermaid breaks the line at \n even where the backslash came as an entity: an invisible space keeps them apart.
                result.Append("#8203;n");
            }
            else
            {
                result.Append(Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029 ? " " : rune.ToString());
            }
        }

        return result.ToString();
    }

    private static bool IsListItem(string text)
    {
        var rest = text.AsSpan().TrimStart("0123456789");
        var mark = rest.Length == text.Length ? "-+" : ".)";
        return rest.Length > 0 && mark.Contains(rest[0]) && (rest.Length == 1 || char.IsWhiteSpace(rest[1]));
    }
}
