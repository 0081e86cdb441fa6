using Sluice.KernelTests.Lab;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Rules;
using Sluice.Tests.Nftables;
using Xunit;

namespace Sluice.KernelTests.Nftables;

/// <summary>What NftWriter writes is taken by nft, and what nft then lists, as text and as JSON, reads back to the same value.</summary>
public sealed class NftWriterKernelTests(ITestOutputHelper output)
{
    [Fact]
    public void The_kernel_gives_back_what_was_written()
    {
        using var space = NewSpace();
        foreach (var path in Directory.GetFiles(NftFixture.Folder, "*.nft.txt").Order(StringComparer.Ordinal))
        {
            var expected = NftFixture.ReadFile(path).Snapshot.Ruleset;
            var written = NftWriter.Write(expected);
            var loaded = Load(space, written);
            Assert.True(loaded.ExitCode == 0, $"{Path.GetFileName(path)}: nft: {loaded.Error}\n{written}");
            AssertSame(expected, List(space, ["list", "ruleset"]), path);
            AssertSame(expected, List(space, ["-j", "list", "ruleset"]), path);
        }
    }

    [Fact]
    public void The_kernel_gives_back_every_form_of_rule_that_was_written()
    {
        using var space = NewSpace();
        const string Table = "table inet t {{\n{0}chain forms {{\ntype filter hook input priority 0;\n{1}\n}}\n}}\n";
        var objects = string.Concat(NftFixture.Text("sets.nft.txt").Split('\n')[1..^2].Select(l => l + "\n"));
        var (same, refused) = (0, 0);
        foreach (var form in NftFixture.Text("forms.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(p => p[0]))
        {
            // Some need another hook, or a kernel with more modules than this one.
            var original = string.Format(System.Globalization.CultureInfo.InvariantCulture, Table, objects, form);
            if (Load(space, original).ExitCode != 0)
            {
                refused++;
                continue;
            }

            var listed = List(space, ["list", "ruleset"]);
            var written = NftWriter.Write(NftFixture.Read(original).Snapshot.Ruleset);
            var loaded = Load(space, written);
            Assert.True(loaded.ExitCode == 0, $"{form}: nft: {loaded.Error}\n{written}");
            AssertSame(listed, List(space, ["list", "ruleset"]), form);
            same++;
        }

        output.WriteLine($"{same} forms came back, {refused} could not be loaded as they were");
        Assert.True(same > 200, $"only {same} forms could be loaded");
    }

    private static NetworkNamespace NewSpace()
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        return new NetworkNamespace("nft-writer");
    }

    private static CommandResult Load(NetworkNamespace space, string text) => space.Execute("nft", ["-f", "-"], "flush ruleset\n" + text);

    private static Ruleset List(NetworkNamespace space, string[] arguments) => NftFixture.Read(space.Execute("nft", arguments).Output).Snapshot.Ruleset;

    private static void AssertSame(Ruleset expected, Ruleset actual, string what)
    {
        var difference = NftFixture.Difference(expected, actual);
        Assert.True(difference is null, $"{what}: {difference}");
    }
}
