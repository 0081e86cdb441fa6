namespace Sluice.Dataplane.Graph;

/// <summary>Writes a chain graph in Graphviz's language.</summary>
public static class DotWriter
{
    public static string Write(ChainGraph graph) => throw new NotSupportedException("not yet");
}
