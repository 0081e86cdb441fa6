using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Sluice.Dataplane.Graph;
using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Tracing;
using Sluice.Tests.Services;
using Xunit;

namespace Sluice.Tests.Graph;

public sealed class GraphTests
{
    [Fact]
    public void A_Services_graph_shows_the_way_from_both_hooks_to_the_endpoints()
    {
        var node = Cases.Read(Cases.Listing);
        var graph = GraphBuilder.OfService(node, ServiceFinder.FindAll(node)[0]);

        Assert.Contains("PREROUTING -> KUBE-SERVICES: ", Edges(graph));
        Assert.Contains("OUTPUT -> KUBE-SERVICES: ", Edges(graph));
        Assert.Contains("KUBE-SERVICES -> KUBE-MARK-MASQ: src not in 172.31.0.0/16 dst 172.30.5.207 tcp/443", Edges(graph));
        Assert.Contains("KUBE-SERVICES -> KUBE-SVC-M42ZCW2EYUCRBVAF: dst 172.30.5.207 tcp/443", Edges(graph));
        Assert.Contains("KUBE-SVC-M42ZCW2EYUCRBVAF -> KUBE-SEP-BVMKBOC4GGNJ3567: the rest | → 14.286%", Edges(graph));
        Assert.Contains("KUBE-SVC-M42ZCW2EYUCRBVAF -> KUBE-SEP-ZJI36FVTROQF5MX7: random 0.16667 | → 14.286%", Edges(graph));
        Assert.Contains("KUBE-SEP-BVMKBOC4GGNJ3567 -> 172.31.9.52:80: tcp", Edges(graph));
        Assert.Equal(6, graph.Nodes.Count(n => n.Kind == GraphNodeKind.MissingChain));
        Assert.Contains(graph.Nodes, n => n is { Label: "KUBE-MARK-MASQ", Detail: "sets mark 0x4000/0x4000" });
        Assert.DoesNotContain(graph.Nodes, n => n.Label == "DOCKER");
        Assert.Null(graph.Note);
    }

    [Fact]
    public void Rules_of_other_Services_are_not_in_a_Services_graph()
    {
        var node = GraphCases.ModernNode();
        var graph = GraphBuilder.OfService(node, ServiceFinder.FindAll(node)[0]);

        Assert.DoesNotContain(graph.Nodes, n => n.Label is "KUBE-SVC-Z" or "KUBE-SEP-C" or "10.0.0.3:8080");
        Assert.Contains("KUBE-FW-X -> KUBE-EXT-X: src 203.0.113.0/25 | src 198.51.100.0/24", Edges(graph));
        Assert.Contains("KUBE-SERVICES -> KUBE-NODEPORTS: dst is local", Edges(graph));
        Assert.Contains("KUBE-PROXY-FIREWALL -> DROP: dst 1.2.3.4 tcp/80", Edges(graph));
        Assert.Contains("KUBE-SVC-X -> KUBE-SEP-A: client seen within 10800 s | random 0.5 | → 50%", Edges(graph));
        Assert.Contains("KUBE-POSTROUTING -> MASQUERADE: ", Edges(graph));
    }

    [Fact]
    public void A_traces_graph_gives_every_edge_its_share()
    {
        var node = Cases.Read(GraphCases.Large(3));
        var trace = new Tracer(node).Trace(new Packet(L4Protocol.Tcp, NetAddress.Parse("10.1.1.1"), NetAddress.Parse("10.96.0.7")) { SourcePort = 1, DestinationPort = 80 });
        var graph = GraphBuilder.OfTrace(trace);

        foreach (var inner in graph.Nodes.Where(n => n.Kind is not (GraphNodeKind.Packet or GraphNodeKind.Verdict)))
        {
            var incoming = graph.Edges.Where(e => e.To == inner.Id).Aggregate(Probability.Zero, (sum, e) => sum + e.Share!.Value);
            var outgoing = graph.Edges.Where(e => e.From == inner.Id).Aggregate(Probability.Zero, (sum, e) => sum + e.Share!.Value);
            Assert.True(incoming == outgoing, $"{inner.Label}: {incoming} come, {outgoing} go\n{string.Join('\n', Edges(graph))}");
        }

        Assert.Equal(Probability.One, graph.Edges.Where(e => graph.Nodes.Single(n => n.Id == e.To).Label == "forwarded").Aggregate(Probability.Zero, (sum, e) => sum + e.Share!.Value));
    }

    [Fact]
    public void A_big_graph_is_cut_and_says_so()
    {
        var node = Cases.Read(GraphCases.Large(400));
        var graph = GraphBuilder.OfService(node, ServiceFinder.FindAll(node)[0], maxNodes: 40);

        Assert.Equal(40, graph.Nodes.Count);
        Assert.Contains(graph.Nodes, n => n is { Kind: GraphNodeKind.Endpoint, Label: "10.0.0.1:8080" });
        Assert.Contains(graph.Nodes, n => n.Kind == GraphNodeKind.More);
        Assert.Contains("the limit is 40", graph.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void Mermaids_limits_are_kept_whatever_the_limit_of_nodes(int maxNodes)
    {
        var node = Cases.Read(GraphCases.Large(2000));
        var graph = GraphBuilder.OfTable(node.Ruleset.Find(IPFamily.IPv4, "nat")!, maxNodes);

        Assert.True(graph.Edges.Count < 500);
        Assert.InRange(MermaidWriter.Write(graph).Length, 1, 50_000);
    }

    [Fact]
    public void Mermaid_and_dot_files_are_as_they_were()
    {
        var folder = Golden();
        Assert.SkipWhen(folder is null, "the source tree with tests/mermaid/golden is not here");
        var isUpdate = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";
        foreach (var (name, graph) in GraphCases.All())
        {
            foreach (var (extension, text) in new[] { ("mmd", MermaidWriter.Write(graph)), ("dot", DotWriter.Write(graph)) })
            {
                var path = Path.Combine(folder, $"{name}.{extension}");
                if (isUpdate)
                {
                    File.WriteAllText(path, text);
                }

                Assert.True(File.Exists(path) && File.ReadAllText(path) == text, $"{path} differs; to accept: UPDATE_GOLDEN=1 ./test Sluice.Tests\n{text}");
            }
        }
    }

    [Fact]
    public void Graphviz_draws_every_graph()
    {
        foreach (var (name, graph) in GraphCases.All())
        {
            var (code, output, error) = RunDot(DotWriter.Write(graph));
            Assert.True(code == 0 && error.Length == 0 && output.Contains("</svg>", StringComparison.Ordinal), $"{name}: exit code {code}\n{error}");
        }
    }

    private static (int Code, string Output, string Error) RunDot(string text)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dot", "-Tsvg")
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception)
        {
            Assert.Skip("Graphviz (dot) is not installed");
        }

        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(text);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static List<string> Edges(ChainGraph graph)
    {
        var labels = graph.Nodes.ToDictionary(n => n.Id, n => n.Label);
        return [.. graph.Edges.Select(e => $"{labels[e.From]} -> {labels[e.To]}: {Words(e)}")];
    }

    // What the drawing says on the edge, read back from it.
    private static string Words(GraphEdge edge)
    {
        var text = DotWriter.Write(new ChainGraph("", [], [edge]));
        var start = text.LastIndexOf("[label=\"", StringComparison.Ordinal) + 8;
        return text[start..text.IndexOf("\"]", start, StringComparison.Ordinal)].Replace("\\n", " | ", StringComparison.Ordinal);
    }

    private static string? Golden()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var golden = Path.Combine(folder.FullName, "tests", "mermaid", "golden");
            if (Directory.Exists(golden))
            {
                return golden;
            }
        }

        return null;
    }
}
