using System.Text;

namespace Sluice.Dataplane.Graph;

/// <summary>Writes a chain graph in Graphviz's language. Whatever names and comments hold, they stay text.</summary>
public static class DotWriter
{
    /// <summary>A digraph for <c>dot -Tsvg</c>.</summary>
    public static string Write(ChainGraph graph)
    {
        var text = new StringBuilder();
        text.Append("digraph \"").Append(Escape(graph.Title)).Append("\" {\n");
        text.Append("    graph [rankdir=LR, labelloc=t, fontname=\"sans-serif\", label=\"").Append(Escape(graph.Title)).Append("\"];\n");
        text.Append("    node [shape=box, style=filled, fillcolor=white, fontname=\"sans-serif\", fontsize=11];\n");
        text.Append("    edge [fontname=\"sans-serif\", fontsize=9];\n");
        foreach (var group in graph.Nodes.GroupBy(n => n.Table))
        {
            var indent = group.Key is null ? "    " : "        ";
            if (group.Key is not null)
            {
                text.Append("    subgraph \"cluster_").Append(Escape(group.Key)).Append("\" {\n");
                text.Append("        label=\"table ").Append(Escape(group.Key)).Append("\"; color=gray;\n");
            }

            foreach (var node in group)
            {
                text.Append(indent).Append(node.Id).Append(" [label=\"").Append(Lines(GraphLabels.Of(node))).Append('"').Append(Style(node.Kind)).Append("];\n");
            }

            if (group.Key is not null)
            {
                text.Append("    }\n");
            }
        }

        var missing = graph.Nodes.Where(n => n.Kind == GraphNodeKind.MissingChain).Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var edge in graph.Edges)
        {
            text.Append("    ").Append(edge.From).Append(" -> ").Append(edge.To).Append(" [label=\"").Append(Lines(GraphLabels.Of(edge))).Append('"');
            text.Append(missing.Contains(edge.To) ? ", style=dashed];\n" : "];\n");
        }

        if (graph.Note is { } note)
        {
            text.Append("    note [shape=note, fillcolor=\"#f3f4f6\", label=\"").Append(Escape(note)).Append("\"];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static string Style(GraphNodeKind kind) => kind switch
    {
        GraphNodeKind.BaseChain => ", style=\"filled,rounded\", fillcolor=\"#dbeafe\"",
        GraphNodeKind.MissingChain => ", style=dashed, color=\"#b91c1c\", fontcolor=\"#7f1d1d\"",
        GraphNodeKind.VirtualServer => ", shape=component, fillcolor=\"#dbeafe\"",
        GraphNodeKind.Endpoint => ", shape=hexagon, fillcolor=\"#dcfce7\"",
        GraphNodeKind.Verdict => ", shape=oval, fillcolor=\"#fef9c3\"",
        GraphNodeKind.Packet => ", shape=cds, fillcolor=\"#dbeafe\"",
        GraphNodeKind.More => ", shape=note, fillcolor=\"#f3f4f6\"",
        _ => "",
    };

    private static string Lines(IEnumerable<string> lines) => string.Join("\\n", lines.Select(Escape));

    // Quotes and backslashes would end the string or start an escape; Graphviz also reads HTML entities in labels.
    private static string Escape(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '&' => "&amp;",
                _ => Rune.IsControl(rune) ? " " : rune.ToString(),
            });
        }

        return result.ToString();
    }
}
