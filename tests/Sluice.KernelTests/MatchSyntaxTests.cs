using Sluice.KernelTests.Lab;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Text;
using Sluice.Tests.Iptables.Matches;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>
/// Holds the readers and the writer of match modules against iptables itself: every golden rule is loaded, dumped and listed, each
/// in a chain of its own. Rules whose module this kernel or this iptables lacks are named and left out.
/// </summary>
public sealed class MatchSyntaxTests(ITestOutputHelper output)
{
    private const string Table = "mangle";

    public static TheoryData<LabVariant, LabFamily> Tools => new MatrixTheoryData<LabVariant, LabFamily>(
        [LabVariant.Nft, LabVariant.Legacy], [LabFamily.IPv4, LabFamily.IPv6]);

    [Theory, MemberData(nameof(Tools))]
    public void What_iptables_saves_and_lists_is_read_as_one_rule_and_written_back(LabVariant variant, LabFamily family)
    {
        if (LabProbe.Unavailable(variant) is { } reason)
        {
            Assert.Skip(reason);
        }

        var lines = family == LabFamily.IPv4 ? MatchLines.V4 : MatchLines.V6;
        using var node = new NetworkNamespace($"match-{variant}-{family}");
        CreateSets(node, family);
        var restore = LabPrograms.Name(family, variant, "restore");
        var loaded = new List<int>();
        for (var i = 0; i < lines.Count; i++)
        {
            var input = $"*{Table}\n:{Chain(i)} - [0:0]\n-A {Chain(i)} {lines[i].Save} -j ACCEPT\nCOMMIT\n";
            if (node.Execute(restore, ["--noflush"], input) is { ExitCode: not 0 } result)
            {
                output.WriteLine($"left out: {lines[i].Save}: {result.Error.Trim().Split('\n')[0]}");
                continue;
            }

            loaded.Add(i);
        }

        Assert.NotEmpty(loaded);
        output.WriteLine($"{loaded.Count} of {lines.Count} rules loaded");
        Judge(lines, loaded, new Printed(node, family, variant), family);
    }

    private static void Judge(IReadOnlyList<MatchLine> lines, List<int> loaded, Printed printed, LabFamily family)
    {
        var saved = Read(printed.Save, family);
        var listings = new[] { (Name: "-L -n -v", Rules: Read(printed.Verbose, family)), (Name: "-L -n", Rules: Read(printed.Numeric, family)), (Name: "-L", Rules: Read(printed.Named, family)) };
        var wrong = new List<string>();
        foreach (var i in loaded)
        {
            var text = printed.SavedLine(Chain(i));
            var rule = saved[Chain(i)];
            if (rule.Find<UnknownMatch>() is { } unknown)
            {
                wrong.Add($"{lines[i]}: save leaves '{unknown.Text}' unknown");
            }

            if ($"-A {Chain(i)} {RestoreWriter.Write(rule)}" != text)
            {
                wrong.Add($"{lines[i]}: saved as\n    {text}\n  and written as\n    {RestoreWriter.Write(rule)}");
            }

            wrong.AddRange(listings.Where(l => (l.Name == "-L" ? lines[i].NamedLoss : lines[i].Loss) is null && !rule.Equals(l.Rules.GetValueOrDefault(Chain(i)))).Select(
                l => $"{lines[i]}: {l.Name} is read as\n    {(l.Rules.GetValueOrDefault(Chain(i)) is { } other ? RestoreWriter.Write(other) : "no rule")}"));
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} differences:\n{string.Join('\n', wrong)}");
    }

    private static string Chain(int index) => $"C{index}";

    // A rule with -m set can only be loaded when the set exists.
    private static void CreateSets(NetworkNamespace node, LabFamily family)
    {
        var inet = family == LabFamily.IPv4 ? "inet" : "inet6";
        try
        {
            node.Execute("ipset", ["create", "foo", "hash:ip", "family", inet]);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // Without ipset those rules are left out like any other the machine cannot load.
        }
    }

    private static Dictionary<string, Rule> Read(string text, LabFamily family)
    {
        var result = SnapshotReader.Read([SourceText.Of($"{family}.txt", text)], Table);
        return result.Snapshot.Ruleset.Tables.Where(t => t.Name == Table).SelectMany(t => t.Chains).Where(c => c.Rules.Count == 1).ToDictionary(c => c.Name, c => c.Rules[0]);
    }

    /// <summary>All that the tools print of one table.</summary>
    private sealed class Printed
    {
        public Printed(NetworkNamespace node, LabFamily family, LabVariant variant)
        {
            var save = LabPrograms.Name(family, variant, "save");
            var tool = save[..^"-save".Length];
            Save = node.Check(save, ["-t", Table]);
            Verbose = node.Check(tool, ["-t", Table, "-L", "-n", "-v"]);
            Numeric = node.Check(tool, ["-t", Table, "-L", "-n"]);
            Named = node.Check(tool, ["-t", Table, "-L"]);
        }

        public string Save { get; }

        public string Verbose { get; }

        public string Numeric { get; }

        public string Named { get; }

        public string SavedLine(string chain) =>
            Array.Find(Save.Split('\n'), l => l.StartsWith($"-A {chain} ", StringComparison.Ordinal)) ?? "nothing";
    }
}
