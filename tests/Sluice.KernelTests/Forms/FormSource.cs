using System.Text.RegularExpressions;
using Sluice.KernelTests.Generation;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter.Iptables;

namespace Sluice.KernelTests.Forms;

/// <summary>Rules to load, and where they come from.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Family">Their family.</param>
/// <param name="Text">Input of iptables-restore.</param>
internal sealed partial record FormSource(string Name, LabFamily Family, string Text)
{
    /// <summary>The dumps among the fixtures, kube-proxy's own cases where they are, and random rules.</summary>
    public static IEnumerable<FormSource> All(int random, int seed) =>
        Folder(Path.Combine(AppContext.BaseDirectory, "Fixtures"))
            .Concat(Folder(Conformance()))
            .Concat(Random(random, seed));

    /// <summary>Why kube-proxy's cases are not among them; null when they are.</summary>
    public static string? Missing => Conformance() is null ? "kube-proxy's cases (shared/conformance) are not beside the checkout" : null;

    private static IEnumerable<FormSource> Folder(string? path) =>
        (path is null ? [] : Directory.EnumerateFiles(path, "*save*.txt", SearchOption.AllDirectories)).Order(StringComparer.Ordinal).Select(f =>
        {
            // Accounting objects cannot be made by iptables alone, and change nothing about a rule.
            var text = AccountingOption().Replace(File.ReadAllText(f), "");
            var name = Path.GetFileName(f) is var file && file.StartsWith("rules.", StringComparison.Ordinal) ? Path.GetFileName(Path.GetDirectoryName(f)!) : file;
            return new FormSource(name, text.Contains("ip6tables", StringComparison.Ordinal) ? LabFamily.IPv6 : LabFamily.IPv4, text);
        });

    private static IEnumerable<FormSource> Random(int count, int seed) =>
        from family in Enum.GetValues<IPFamily>()
        from i in Enumerable.Range(seed, count)
        let options = new GeneratorOptions { Profile = GenerationProfile.Behaviour, Family = family, WithRandom = true, WithState = true }
        select new FormSource(
            $"random rules {i}",
            family == IPFamily.IPv4 ? LabFamily.IPv4 : LabFamily.IPv6,
            RestoreWriter.Write(KernelLosses.Remove(RulesetGenerator.Generate(options, i).Rules), family));

    [GeneratedRegex(" -m nfacct --nfacct-name +[^ ]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AccountingOption();

    private static string? Conformance()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "shared", "conformance", "kube-proxy-flows", "iptables") is var path && Directory.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
