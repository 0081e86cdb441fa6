using Sluice.Net;

namespace Sluice.Dataplane.Graph;

/// <summary>Makes a graph smaller, and says so.</summary>
internal static class GraphCut
{
    /// <summary>Keeps the first nodes and the edges between them.</summary>
    public static ChainGraph ToNodes(ChainGraph graph, int count)
    {
        var kept = graph.Nodes.Take(Math.Max(count, 1)).ToEquatableArray();
        var ids = kept.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        return graph with
        {
            Nodes = kept,
            Edges = graph.Edges.Where(e => ids.Contains(e.From) && ids.Contains(e.To)).ToEquatableArray(),
            Note = $"only the first {kept.Count} nodes are drawn",
        };
    }
}
