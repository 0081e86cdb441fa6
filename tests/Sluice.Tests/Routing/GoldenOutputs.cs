using Sluice.Net;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Text;

namespace Sluice.Tests.Routing;

/// <summary>
/// What <c>ip</c> printed on two nodes, each in many forms: "node" has everything that routes can be, "wireguard" rules with
/// <c>not</c> and dead routes.
/// </summary>
internal static class GoldenOutputs
{
    public static readonly string[] Nodes = ["node", "wireguard"];

    public static string Folder { get; } = Find();

    public static RoutingReading Read(string node, params string[] names)
    {
        var text = string.Join('\n', names.Select(n => File.ReadAllText(Path.Combine(Folder, node, n))));
        return RoutingReader.Read(SourceText.Of(string.Join('+', names), text));
    }

    public static RoutingReading ReadText(string text) => RoutingReader.Read(SourceText.Of("pasted.txt", text));

    public static NetAddress A(string text) => NetAddress.Parse(text);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return Path.Combine(folder.FullName, "tests", "Sluice.Tests", "Routing", "Golden");
            }
        }

        throw new DirectoryNotFoundException("Sluice.slnx is above no parent of " + AppContext.BaseDirectory);
    }
}
