using YamlDotNet.RepresentationModel;

namespace Sluice.Tests.Deploy;

/// <summary>The folder <c>deploy</c> of the checkout, and its YAML as trees.</summary>
internal static class DeployFolder
{
    public static string Path { get; } = Find();

    public static string Kustomize { get; } = System.IO.Path.Combine(Path, "kustomize");

    /// <summary>The documents of a text. A key that comes twice is an error.</summary>
    public static IReadOnlyList<YamlMappingNode> Read(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => (YamlMappingNode)d.RootNode)];
    }

    /// <summary>The node at a path of keys with slashes between; a number is a place in a list. Null where there is none.</summary>
    public static YamlNode? At(this YamlNode? node, string path)
    {
        foreach (var key in path.Split('/'))
        {
            node = node switch
            {
                YamlMappingNode map => map.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null,
                YamlSequenceNode list when int.TryParse(key, out var place) && place < list.Children.Count => list[place],
                _ => null,
            };
        }

        return node;
    }

    public static string? Text(this YamlNode? node, string path) => (node.At(path) as YamlScalarNode)?.Value;

    public static IReadOnlyList<YamlNode> List(this YamlNode? node, string path) => (node.At(path) as YamlSequenceNode)?.Children.ToList() ?? [];

    public static IReadOnlyList<string> Texts(this YamlNode? node, string path) => [.. node.List(path).Select(n => ((YamlScalarNode)n).Value!)];

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return System.IO.Path.Combine(folder.FullName, "deploy");
            }
        }

        throw new DirectoryNotFoundException("Sluice.slnx is above no parent of " + AppContext.BaseDirectory);
    }
}
