using Sluice.Input;
using Sluice.Netfilter.Text;

namespace Sluice.Demo;

/// <summary>The examples that are built in, so that a fresh machine has something to look at: <c>--file demo:node</c>.</summary>
internal static class Examples
{
    /// <summary>What the path of an example begins with.</summary>
    public const string Prefix = "demo:";

    private static readonly Dictionary<string, string[]> s_files = new(StringComparer.Ordinal)
    {
        ["testsvc"] = ["testsvc/nat-listing.txt"],
        ["node"] = ["node/iptables-save.txt", "node/ip-addr.txt", "node/ip-route.txt", "node/ip-rule.txt"],
    };

    /// <summary>Adds the files of an example.</summary>
    public static void Read(string path, Sources sources)
    {
        if (!s_files.TryGetValue(path[Prefix.Length..], out var files))
        {
            throw new CommandFailure($"there is no example {path}: take {string.Join(" or ", s_files.Keys.Select(k => Prefix + k))}");
        }

        foreach (var file in files)
        {
            using var stream = typeof(Examples).Assembly.GetManifestResourceStream(file)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            sources.Add(new SourceText(Prefix + file, bytes));
        }
    }
}
