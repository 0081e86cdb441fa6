using System.Text;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Text;
using Sluice.Tests.Iptables.Targets;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>The real tools judge how targets are read and written: load, save and list every one of them.</summary>
public sealed class TargetSyntaxTests(ITestOutputHelper output)
{
    /// <summary>What a variant does not load or keep, with the reason.</summary>
    private static readonly (LabVariant Variant, string Save, string Reason)[] Losses =
    [
        (LabVariant.Nft, "-j NFLOG --nflog-range 64", "translated to nft's log statement, which has no range"),
        (LabVariant.Nft, "-j QUEUE", "the old QUEUE is a verdict of x_tables"),
    ];

    public static TheoryData<LabVariant, LabFamily> Tools => new(
        from variant in Enum.GetValues<LabVariant>()
        from family in Enum.GetValues<LabFamily>()
        select (variant, family));

    [Theory]
    [MemberData(nameof(Tools))]
    public void Every_target_is_read_from_save_and_listing_and_written_as_saved(LabVariant variant, LabFamily family)
    {
        if (LabProbe.Unavailable(variant) is { } reason)
        {
            Assert.Skip(reason);
        }

        using var space = new NetworkNamespace("targets");
        _ = space.Execute("ipset", ["create", "s4", "hash:ip"]);
        _ = space.Execute("ipset", ["create", "s6", "hash:ip", "family", "inet6"]);
        var net = family == LabFamily.IPv4 ? IPFamily.IPv4 : IPFamily.IPv6;
        var cases = TargetCases.All
            .Where(c => c.Families.Contains(net) && !Losses.Any(l => l.Variant == variant && l.Save == c.Save))
            .ToList();
        var faults = new List<string>();
        var count = 0;
        foreach (var table in cases.GroupBy(c => c.Table))
        {
            var loaded = Load(space, variant, family, table.Key, [.. table]);
            count += loaded.Count;
            Compare(space, variant, family, table.Key, loaded, faults);
        }

        output.WriteLine($"{count} rules compared with {LabPrograms.Name(family, variant, "save")}");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.True(count > 50, $"only {count} rules could be loaded");
    }

    // All in one go; when the kernel lacks a target, one by one, saying which.
    private List<TargetCase> Load(NetworkNamespace space, LabVariant variant, LabFamily family, string table, List<TargetCase> cases)
    {
        if (Restore(space, variant, family, table, cases) is null)
        {
            return cases;
        }

        var usable = new List<TargetCase>();
        foreach (var one in cases)
        {
            if (Restore(space, variant, family, table, [one]) is { } error)
            {
                output.WriteLine($"left out: {table} {one.Save}: {error.Trim()}");
            }
            else
            {
                usable.Add(one);
            }
        }

        Assert.Null(Restore(space, variant, family, table, usable));
        return usable;
    }

    private static string? Restore(NetworkNamespace space, LabVariant variant, LabFamily family, string table, List<TargetCase> cases)
    {
        var text = new StringBuilder().Append('*').Append(table).Append('\n');
        for (var i = 0; i < cases.Count; i++)
        {
            text.Append($":C{i} - [0:0]\n");
        }

        for (var i = 0; i < cases.Count; i++)
        {
            text.Append($"-A C{i} {cases[i].Save}\n");
        }

        var result = space.Execute(LabPrograms.Name(family, variant, "restore"), [], text.Append("COMMIT\n").ToString());
        return result.ExitCode == 0 ? null : result.Error;
    }

    private static void Compare(NetworkNamespace space, LabVariant variant, LabFamily family, string table, List<TargetCase> cases, List<string> faults)
    {
        var tool = LabPrograms.Name(family, variant, "save");
        var saveText = space.Check(tool, ["-t", table]);
        var saved = Read(saveText, table);
        tool = tool[..^"-save".Length];
        var listed = Read(space.Check(tool, ["-t", table, "-L", "-n", "-v"]), table);
        var brief = Read(space.Check(tool, ["-t", table, "-L", "-n"]), table);
        var exact = Read(space.Check(tool, ["-t", table, "-L", "-v", "-x", "-n", "--line-numbers"]), table);
        for (var i = 0; i < cases.Count; i++)
        {
            var name = $"C{i}";
            var printed = saveText.Split('\n').Single(l => l.StartsWith($"-A {name} ", StringComparison.Ordinal))[$"-A {name} ".Length..];
            var rule = saved.FindChain(name)!.Rules[0];
            Check(faults, "the table of cases", cases[i].Save, printed);
            Check(faults, "the writer", printed, RestoreWriter.Write(rule));
            Check(faults, "-L -n -v", printed, RestoreWriter.Write(listed.FindChain(name)!.Rules[0]));
            Check(faults, "-L -n", printed, RestoreWriter.Write(brief.FindChain(name)!.Rules[0]));
            Check(faults, "-L -v -x -n --line-numbers", printed, RestoreWriter.Write(exact.FindChain(name)!.Rules[0]));
            if (!rule.Equals(listed.FindChain(name)!.Rules[0]))
            {
                faults.Add($"save and listing differ as values: {printed}");
            }
        }
    }

    private static void Check(List<string> faults, string what, string expected, string actual)
    {
        if (expected != actual)
        {
            faults.Add($"{what}: {actual}\n    instead of {expected}");
        }
    }

    private static Table Read(string text, string table) =>
        SnapshotReader.Read([SourceText.Of("tool", text)], table).Snapshot.Ruleset.Tables.Single(t => t.Name == table);
}
