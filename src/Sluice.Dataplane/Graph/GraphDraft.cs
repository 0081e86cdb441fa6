using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>A graph while it is drawn: gives nodes their ids, merges parallel rules, and stops at the limit.</summary>
internal sealed class GraphDraft(int maxNodes)
{
    // Mermaid refuses to draw more than 500 (maxEdges); a few are kept for the note.
    private const int MaxEdges = 490;

    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<(GraphNodeKind Kind, string? Table, string Label), int> _ids = [];
    private readonly List<EdgeDraft> _edges = [];
    private readonly Dictionary<(int From, int To), EdgeDraft> _edgeByEnds = [];
    private readonly HashSet<(GraphNodeKind Kind, string? Table, string Label)> _leftOut = [];
    private int? _more;
    private int _edgesLeftOut;

    /// <summary>The node of that kind and name, drawn now if it was not; at the limit the node that stands for all others.</summary>
    public int Node(GraphNodeKind kind, string? table, string label, string? owner, out bool isNew)
    {
        isNew = false;
        var key = (kind, table, label);
        if (_ids.TryGetValue(key, out var id))
        {
            return id;
        }

        // One place is kept for the node that stands for the rest.
        if (_nodes.Count >= maxNodes - 1)
        {
            _leftOut.Add(key);
            return More();
        }

        isNew = true;
        id = _nodes.Count;
        _ids.Add(key, id);
        _nodes.Add(new GraphNode($"n{id}", kind, label) { Table = table, Owner = owner });
        return id;
    }

    /// <summary>Whether a node is of a kind.</summary>
    public bool IsOf(GraphNodeKind kind, int node) => _nodes[node].Kind == kind;

    /// <summary>Adds to what a node does beside sending packets on.</summary>
    public void Describe(int node, string detail)
    {
        var known = _nodes[node].Detail;
        if (known is null || !known.Contains(detail, StringComparison.Ordinal))
        {
            _nodes[node] = _nodes[node] with { Detail = known is null ? detail : $"{known}; {detail}" };
        }
    }

    /// <summary>Adds a rule to the edge between two nodes.</summary>
    public void Edge(int from, int to, GraphRule? rule, Probability? share, bool isFinal)
    {
        if (!_edgeByEnds.TryGetValue((from, to), out var edge))
        {
            if (_edges.Count >= MaxEdges)
            {
                _edgesLeftOut++;
                return;
            }

            edge = new EdgeDraft(from, to) { IsFinal = isFinal, Share = share };
            _edgeByEnds.Add((from, to), edge);
            _edges.Add(edge);
        }
        else
        {
            // Several ways between the same two: the shares of those that chance decides add up.
            edge.Share = edge.Share is { } known && share is { } more ? known + more : edge.Share ?? share;
            edge.IsFinal &= isFinal;
        }

        if (rule is not null && to != _more)
        {
            edge.Add(rule);
        }
    }

    public ChainGraph Build(string title)
    {
        if (_more is { } more)
        {
            _nodes[more] = _nodes[more] with { Label = $"{_leftOut.Count} more" };
        }

        return new ChainGraph(
            title,
            _nodes.ToEquatableArray(),
            _edges.Select(e => new GraphEdge($"n{e.From}", $"n{e.To}", e.Rules.ToEquatableArray()) { Share = e.Share, IsFinal = e.IsFinal }).ToEquatableArray())
        {
            Note = Note(),
        };
    }

    private int More()
    {
        if (_more is { } id)
        {
            return id;
        }

        _more = _nodes.Count;
        _nodes.Add(new GraphNode($"n{_nodes.Count}", GraphNodeKind.More, ""));
        return _more.Value;
    }

    private string? Note() => (_leftOut.Count, _edgesLeftOut) switch
    {
        (0, 0) => null,
        (0, var edges) => $"{edges} more edges are not drawn",
        (var nodes, 0) => $"at least {nodes} more nodes are not drawn: the limit is {maxNodes}",
        var (nodes, edges) => $"at least {nodes} more nodes (the limit is {maxNodes}) and {edges} more edges are not drawn",
    };

    private sealed class EdgeDraft(int from, int to)
    {
        private readonly HashSet<GraphRule> _known = [];

        public int From { get; } = from;

        public int To { get; } = to;

        public List<GraphRule> Rules { get; } = [];

        public Probability? Share { get; set; }

        public bool IsFinal { get; set; }

        public void Add(GraphRule rule)
        {
            if (_known.Add(rule))
            {
                Rules.Add(rule);
            }
        }
    }
}
