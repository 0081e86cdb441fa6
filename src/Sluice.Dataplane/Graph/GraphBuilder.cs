using Sluice.Dataplane.Services;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Graph;

/// <summary>Draws chain graphs: of a Service, of a trace, of a whole table.</summary>
public static class GraphBuilder
{
    /// <summary>As many nodes as a person can still look at; Mermaid refuses more than 500 edges.</summary>
    public const int DefaultMaxNodes = 120;

    /// <summary>The chains that packets to the Service's addresses take.</summary>
    public static ChainGraph OfService(NodeSnapshot node, ServiceInfo service, int maxNodes = DefaultMaxNodes) => throw new NotSupportedException("not yet");

    /// <summary>The chains that one packet takes, all its ways together.</summary>
    public static ChainGraph OfTrace(Trace trace, int maxNodes = DefaultMaxNodes) => throw new NotSupportedException("not yet");

    /// <summary>All chains of a table.</summary>
    public static ChainGraph OfTable(Table table, int maxNodes = DefaultMaxNodes) => throw new NotSupportedException("not yet");
}
