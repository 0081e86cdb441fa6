using System.Text.Json;
using Sluice.Dataplane.Graph;

namespace Sluice.Dataplane.Reports;

/// <summary>The document of a chain graph: <c>kind: ChainGraph</c>.</summary>
public static class GraphDocument
{
    /// <summary>Writes a graph.</summary>
    public static void Write(Utf8JsonWriter writer, ChainGraph graph)
    {
        writer.WriteStartObject();
        Header.Write(writer, "ChainGraph");
        writer.WriteString("title", graph.Title);
        writer.WriteString("note", graph.Note);
        writer.WriteStartArray("nodes");
        foreach (var node in graph.Nodes)
        {
            writer.WriteStartObject();
            writer.WriteString("id", node.Id);
            writer.WriteString("kind", node.Kind.ToString());
            writer.WriteString("label", node.Label);
            writer.WriteString("table", node.Table);
            writer.WriteString("owner", node.Owner);
            writer.WriteString("detail", node.Detail);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("edges");
        foreach (var edge in graph.Edges)
        {
            WriteEdge(writer, edge);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEdge(Utf8JsonWriter writer, GraphEdge edge)
    {
        writer.WriteStartObject();
        writer.WriteString("from", edge.From);
        writer.WriteString("to", edge.To);
        writer.WriteBoolean("final", edge.IsFinal);
        if (edge.Share is { } share)
        {
            writer.WriteNumber("share", share.ToDouble());
            writer.WriteString("exactShare", Header.ExactOf(share));
        }

        writer.WriteStartArray("rules");
        foreach (var rule in edge.Rules)
        {
            writer.WriteStartObject();
            writer.WriteNumber("rule", rule.Number);
            writer.WriteNumber("line", rule.Line);
            writer.WriteString("condition", rule.Condition);
            if (rule.Chance is { } chance)
            {
                writer.WriteString("chance", Header.ExactOf(chance));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
