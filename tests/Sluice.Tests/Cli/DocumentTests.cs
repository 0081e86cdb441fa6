using System.Text.Json;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Cli;

/// <summary>Documents: the fields that are promised, and YAML that says what the JSON says.</summary>
public sealed class DocumentTests
{
    [Fact]
    public void Services_of_the_case_file_have_their_addresses_and_endpoints()
    {
        var list = Json("services -f demo:testsvc -o json");
        Assert.Equal("sluice/v1 ServiceList", $"{list.GetProperty("apiVersion")} {list.GetProperty("kind")}");
        var item = Assert.Single(list.GetProperty("items").EnumerateArray().ToList());
        Assert.Equal("default/testsvc", item.GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, item.GetProperty("portName").ValueKind);
        Assert.Equal("tcp", item.GetProperty("protocol").GetString());
        Assert.Equal(
            ["ClusterIP 172.30.5.207 443", "LoadBalancer 172.6.6.6 443"],
            item.GetProperty("addresses").EnumerateArray().Select(a => $"{a.GetProperty("kind")} {a.GetProperty("address")} {a.GetProperty("port")}"));
        var endpoints = item.GetProperty("endpoints").EnumerateArray().ToList();
        Assert.Equal(7, endpoints.Count);
        Assert.Equal("172.31.9.52", endpoints[6].GetProperty("address").GetString());
        Assert.Equal(80, endpoints[6].GetProperty("port").GetInt32());
        Assert.Equal(1, endpoints.Sum(e => e.GetProperty("probability").GetDouble()), 1e-12);
        Assert.Equal(3, item.GetProperty("rulesToReach").GetInt32());
    }

    [Fact]
    public void Cost_has_items_and_a_summary()
    {
        var report = Json("cost -f demo:node -o json");
        Assert.Equal("CostReport", report.GetProperty("kind").GetString());
        Assert.All(report.GetProperty("items").EnumerateArray(), item =>
        {
            Assert.NotEqual("", item.GetProperty("name").GetString());
            Assert.True(item.GetProperty("port").GetInt32() > 0);
            Assert.Equal(item.GetProperty("rulesEvaluated").GetInt32(), item.GetProperty("byHook").EnumerateObject().Sum(h => h.Value.GetInt32()));
        });
        var summary = report.GetProperty("summary");
        Assert.True(summary.GetProperty("services").GetInt32() >= 8);
        Assert.True(summary.GetProperty("worst").GetInt32() >= summary.GetProperty("median").GetDouble());
    }

    [Fact]
    public void A_graph_has_nodes_and_edges_between_them()
    {
        var graph = Json("graph -f demo:node shop/web -o json");
        var ids = graph.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("id").GetString()).ToHashSet();
        Assert.NotEmpty(ids);
        Assert.All(graph.GetProperty("edges").EnumerateArray(), e => Assert.True(ids.Contains(e.GetProperty("from").GetString()) && ids.Contains(e.GetProperty("to").GetString())));
    }

    [Theory]
    [InlineData("graph -f demo:testsvc", "flowchart")]
    [InlineData("graph -f demo:testsvc -o dot", "digraph")]
    [InlineData("graph -f demo:node --from pod --to shop/web", "flowchart")]
    [InlineData("trace -f demo:node --from pod --to shop/web -o dot", "digraph")]
    public void Graphs_speak_their_language(string commandLine, string word)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.True(result.Code == 0 && result.Output.Contains(word, StringComparison.Ordinal), result.ToString());
    }

    [Theory]
    [InlineData("trace -f demo:node --from 10.244.1.40 --to shop/cart", 0)]
    [InlineData("trace -f demo:testsvc --from 203.0.113.7 --to 172.6.6.6:443", 1)]
    [InlineData("services -f demo:node", 0)]
    [InlineData("cost -f demo:node", 0)]
    [InlineData("cost --compare --measure none --services 1,10 -f demo:node", 0)]
    [InlineData("diff --from demo:node --to demo:testsvc --family ipv4", 1)]
    [InlineData("graph -f demo:node shop/web", 0)]
    public void Yaml_says_what_the_json_says(string commandLine, int code)
    {
        var json = CommandRunner.Run(commandLine + " -o json");
        var yaml = CommandRunner.Run(commandLine + " -o yaml");
        Assert.True(json.Code == code && yaml.Code == code, yaml.ToString());
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml.Output));
        Same(JsonDocument.Parse(json.Output).RootElement, stream.Documents[0].RootNode, "$");
    }

    private static void Same(JsonElement json, YamlNode yaml, string path)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var mapping = Assert.IsType<YamlMappingNode>(yaml);
                Assert.Equal(json.EnumerateObject().Select(p => p.Name), mapping.Children.Keys.Select(k => ((YamlScalarNode)k).Value!));
                foreach (var property in json.EnumerateObject())
                {
                    Same(property.Value, mapping.Children[new YamlScalarNode(property.Name)], $"{path}.{property.Name}");
                }

                break;
            case JsonValueKind.Array:
                var sequence = Assert.IsType<YamlSequenceNode>(yaml);
                Assert.Equal(json.GetArrayLength(), sequence.Children.Count);
                foreach (var (item, node) in json.EnumerateArray().Zip(sequence.Children))
                {
                    Same(item, node, path + "[]");
                }

                break;
            default:
                var scalar = Assert.IsType<YamlScalarNode>(yaml);
                var isText = json.ValueKind == JsonValueKind.String;
                Assert.True(scalar.Value == (isText ? json.GetString() : json.GetRawText()), $"{path}: {json} is {scalar.Value}");
                Assert.True(isText || scalar.Style == YamlDotNet.Core.ScalarStyle.Plain, $"{path}: a {json.ValueKind} is quoted");
                break;
        }
    }

    private static JsonElement Json(string commandLine)
    {
        var result = CommandRunner.Run(commandLine);
        Assert.True(result.Code == 0, result.ToString());
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
