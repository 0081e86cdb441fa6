using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Chains as nodes, rules as edges: where packets can go, to be drawn.</summary>
/// <param name="Title">What is drawn, e.g. <c>default/testsvc</c>.</param>
/// <param name="Nodes">The nodes in the order packets meet them.</param>
/// <param name="Edges">The edges in the order of the rules.</param>
public sealed record ChainGraph(string Title, EquatableArray<GraphNode> Nodes, EquatableArray<GraphEdge> Edges)
{
    /// <summary>What the drawing leaves out, in words; null when it is complete.</summary>
    public string? Note { get; init; }
}

/// <summary>What a node stands for.</summary>
public enum GraphNodeKind
{
    /// <summary>A chain that the kernel calls.</summary>
    BaseChain,

    /// <summary>A chain that rules jump to.</summary>
    Chain,

    /// <summary>A chain that rules jump to and the snapshot lacks.</summary>
    MissingChain,

    /// <summary>A virtual server of IPVS.</summary>
    VirtualServer,

    /// <summary>An address that packets are translated or sent to.</summary>
    Endpoint,

    /// <summary>How packets end: ACCEPT, DROP, REJECT ...</summary>
    Verdict,

    /// <summary>The packet that a trace follows.</summary>
    Packet,

    /// <summary>Stands for nodes that were left out.</summary>
    More,
}

/// <summary>A node of a chain graph.</summary>
/// <param name="Id">Unique in the graph: <c>n0</c>, <c>n1</c> ...</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Label">The chain's name, the address, or the verdict.</param>
public sealed record GraphNode(string Id, GraphNodeKind Kind, string Label)
{
    /// <summary>The table of a chain; null for others.</summary>
    public string? Table { get; init; }

    /// <summary>Who made the chain, e.g. <c>kube-proxy</c>; null when not known.</summary>
    public string? Owner { get; init; }

    /// <summary>What it does beside sending packets on, e.g. <c>sets mark 0x4000/0x4000</c>; null when nothing.</summary>
    public string? Detail { get; init; }
}

/// <summary>One rule, or several parallel ones, from a chain to where they send packets.</summary>
/// <param name="From">The node's id.</param>
/// <param name="To">The node's id.</param>
/// <param name="Rules">The rules, in order.</param>
public sealed record GraphEdge(string From, string To, EquatableArray<GraphRule> Rules)
{
    /// <summary>
    /// The share of packets in <see cref="From"/> that go this way by chance, when no rule's condition decided before; in the graph
    /// of a trace, the share of all packets. Null where conditions alone decide.
    /// </summary>
    public Probability? Share { get; init; }

    /// <summary>Whether packets do not come back to the rule after this one (goto, verdicts).</summary>
    public bool IsFinal { get; init; }
}

/// <summary>A rule on an edge.</summary>
/// <param name="Number">Its number in its chain, from 1; 0 for the policy and for IPVS.</param>
/// <param name="Condition">When it applies, in short words, e.g. <c>dst 172.30.5.207 tcp/443</c>; empty for always.</param>
public sealed record GraphRule(int Number, string Condition)
{
    /// <summary>The probability written in the rule; null when it has none.</summary>
    public Probability? Chance { get; init; }

    /// <summary>Whether it takes what random rules before it have left over.</summary>
    public bool IsRest { get; init; }

    /// <summary>The line of the dump; 0 when there is none.</summary>
    public int Line { get; init; }
}
