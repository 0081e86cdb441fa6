using Sluice.Netfilter.Text;

namespace Sluice.Tests;

/// <summary>The files under Fixtures: rules in the form of the programs that write them.</summary>
internal static class Fixture
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static SourceText Read(string name) => new(name, File.ReadAllBytes(Path.Combine(Folder, name)));

    public static IEnumerable<SourceText> All(string pattern = "*") =>
        Directory.EnumerateFiles(Folder, pattern).Order(StringComparer.Ordinal).Select(f => Read(Path.GetFileName(f)));
}
