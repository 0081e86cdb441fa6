using System.Globalization;
using Sluice.KernelTests.Generation;
using Sluice.KernelTests.Lab;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Xunit;

namespace Sluice.KernelTests;

/// <summary>
/// What RestoreWriter writes of any ruleset reads back as the same value, is taken by the real tools, and comes back from the
/// kernel. SLUICE_RULESETS is the number of rulesets per family, SLUICE_SEED the first seed.
/// </summary>
public sealed class RestoreWriterTests(ITestOutputHelper output)
{
    private const int BatchSize = 20;
    private static readonly int s_count = Setting("SLUICE_RULESETS", 200);
    private static readonly int s_seed = Setting("SLUICE_SEED", 20_250);

    public static TheoryData<IPFamily, GenerationProfile> Kinds => new(
        from family in Enum.GetValues<IPFamily>()
        from profile in Enum.GetValues<GenerationProfile>()
        select (family, profile));

    public static TheoryData<LabVariant, IPFamily> Tools => new(
        from variant in Enum.GetValues<LabVariant>()
        from family in Enum.GetValues<IPFamily>()
        select (variant, family));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_was_written_reads_back_as_the_same_value(IPFamily family, GenerationProfile profile)
    {
        foreach (var made in Cases(family, profile, s_count))
        {
            var text = RestoreWriter.Write(made.Rules, family);
            AssertSame(made.Rules, RuleText.Read(text, family), made.Seed, text);
        }
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void The_real_tool_accepts_what_was_written(LabVariant variant, IPFamily family)
    {
        using var space = NewSpace(variant);
        var tool = LabPrograms.Name(Lab(family), variant, "restore");
        foreach (var batch in Cases(family, GenerationProfile.Syntax, s_count).Chunk(BatchSize))
        {
            var texts = batch.Select(c => RestoreWriter.Write(c.Rules, family)).ToList();
            if (space.Execute(tool, ["--test"], string.Concat(texts)).ExitCode == 0)
            {
                continue;
            }

            for (var i = 0; i < texts.Count; i++)
            {
                var alone = space.Execute(tool, ["--test"], texts[i]);
                Assert.True(alone.ExitCode == 0, $"seed {batch[i].Seed}: {tool} --test: {alone.Error}\n{texts[i]}");
            }
        }

        output.WriteLine($"{tool} --test accepted {s_count} rulesets, seeds from {s_seed}");
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public void The_kernel_gives_back_what_was_written(LabVariant variant, IPFamily family)
    {
        using var space = NewSpace(variant);
        var restore = LabPrograms.Name(Lab(family), variant, "restore");
        var save = LabPrograms.Name(Lab(family), variant, "save");
        var rules = 0;
        var count = Math.Max(1, s_count / 5);
        foreach (var made in Cases(family, GenerationProfile.Syntax, count).Concat(Cases(family, GenerationProfile.Behaviour, count)))
        {
            var expected = KernelLosses.Remove(made.Rules);
            var text = RestoreWriter.Write(expected, family);
            var result = space.Execute(restore, [], text);
            Assert.True(result.ExitCode == 0, $"seed {made.Seed}: {restore}: {result.Error}\n{text}");
            var saved = RuleText.Read(space.Check(save, []), family);
            var kept = new Ruleset(expected.Tables.Select(t => saved.Find(family, t.Name)!).ToEquatableArray());
            AssertSame(KernelLosses.InOrder(expected), KernelLosses.InOrder(kept), made.Seed, text);
            rules += expected.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
            _ = space.Check(restore, [], string.Concat(expected.Tables.Select(t => $"*{t.Name}\nCOMMIT\n")));
        }

        output.WriteLine($"{save} gave back {2 * count} rulesets with {rules} rules, seeds from {s_seed}");
    }

    private static IEnumerable<GeneratedCase> Cases(IPFamily family, GenerationProfile profile, int count)
    {
        var options = new GeneratorOptions { Profile = profile, Family = family, WithRandom = true, WithState = true };
        return Enumerable.Range(s_seed, count).Select(seed => RulesetGenerator.Generate(options, seed));
    }

    private static NetworkNamespace NewSpace(LabVariant variant)
    {
        if (LabProbe.Unavailable(variant) is { } reason)
        {
            Assert.Skip(reason);
        }

        var space = new NetworkNamespace("writer");
        var sets = space.Execute("ipset", ["restore"], RulesetGenerator.SetCommands);
        if (sets.ExitCode != 0)
        {
            space.Dispose();
            Assert.Skip($"ipset cannot make sets here: {sets.Error}");
        }

        return space;
    }

    // Names the first rule that differs: a whole ruleset says nothing to a reader.
    private static void AssertSame(Ruleset expected, Ruleset actual, int seed, string text)
    {
        if (expected.Equals(actual))
        {
            return;
        }

        foreach (var table in expected.Tables)
        {
            var other = actual.Find(table.Family, table.Name);
            Assert.True(other is not null, $"seed {seed}: table {table.Name} is missing\n{text}");
            foreach (var chain in table.Chains)
            {
                var found = other.FindChain(chain.Name);
                Assert.True(found is not null, $"seed {seed}: chain {table.Name} {chain.Name} is missing\n{text}");
                Assert.True(chain.Base == found.Base, $"seed {seed}: {table.Name} {chain.Name} is {found.Base} instead of {chain.Base}");
                for (var i = 0; i < chain.Rules.Count; i++)
                {
                    Assert.True(i < found.Rules.Count && chain.Rules[i].Equals(found.Rules[i]),
                        $"seed {seed}: {table.Name} {chain.Name} rule {i + 1}\n    {RestoreWriter.Write(chain.Rules[i])}\ncame back as\n    " +
                        (i < found.Rules.Count ? RestoreWriter.Write(found.Rules[i]) + "\n    " + string.Join(" ; ", found.Rules[i].Parts) : "nothing") +
                        "\nand was\n    " + string.Join(" ; ", chain.Rules[i].Parts));
                }
            }
        }

        Assert.Fail($"seed {seed}: the rulesets differ in number or order of chains and rules\n{text}");
    }

    private static LabFamily Lab(IPFamily family) => family == IPFamily.IPv4 ? LabFamily.IPv4 : LabFamily.IPv6;

    private static int Setting(string name, int normal) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) ? value : normal;
}
