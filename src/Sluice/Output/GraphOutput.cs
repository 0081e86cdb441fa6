using System.Text;
using Sluice.Dataplane.Graph;
using Sluice.Dataplane.Reports;
using Sluice.Linux.Tools;

namespace Sluice.Output;

/// <summary>Prints a chain graph in one of the languages for drawings.</summary>
internal static class GraphOutput
{
    /// <summary>Writes the graph.</summary>
    public static void Write(ChainGraph graph, string format, CommandIO io)
    {
        switch (format)
        {
            case "mermaid":
                io.Output.WriteLine(MermaidWriter.Write(graph).TrimEnd());
                break;
            case "dot":
                io.Output.WriteLine(DotWriter.Write(graph).TrimEnd());
                break;
            case "svg":
                io.Write(Svg(DotWriter.Write(graph)));
                break;
            case "yaml":
                Document.WriteYaml(io, writer => GraphDocument.Write(writer, graph));
                break;
            default:
                Document.WriteJson(io, writer => GraphDocument.Write(writer, graph));
                break;
        }
    }

    private static byte[] Svg(string dot) => SystemTool.Run("dot", ["-Tsvg"], Encoding.UTF8.GetBytes(dot)) switch
    {
        null => throw new CommandFailure("-o svg needs Graphviz: install it (its command is dot), or take -o mermaid"),
        { Succeeded: true } run => run.Output,
        var run => throw new CommandFailure($"Graphviz failed ({run.Error}): take -o dot and look at it"),
    };
}
