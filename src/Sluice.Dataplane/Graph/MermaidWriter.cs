namespace Sluice.Dataplane.Graph;

/// <summary>Writes a chain graph as a Mermaid flowchart.</summary>
public static class MermaidWriter
{
    public static string Write(ChainGraph graph) => throw new NotSupportedException("not yet");
}
