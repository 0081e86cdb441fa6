using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sluice.Netfilter;
using Sluice.Netfilter.Nftables;
using Sluice.Netfilter.Text;
using Sluice.Tests.Nftables;
using Xunit;

namespace Sluice.Tests.Fuzzing;

/// <summary>
/// No ruleset of nftables, however spoilt, crashes or hangs its readers or the writer. SLUICE_FUZZ is the number of inputs,
/// SLUICE_SEED the first seed; a failure names the seed, which makes the input again.
/// </summary>
public sealed class NftFuzzTests(ITestOutputHelper output)
{
    private static readonly int s_count = int.Parse(Environment.GetEnvironmentVariable("SLUICE_FUZZ") ?? "10000", CultureInfo.InvariantCulture);
    private static readonly int s_seed = int.Parse(Environment.GetEnvironmentVariable("SLUICE_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void No_input_crashes_or_hangs_a_reader_or_the_writer()
    {
        const string Rule = """{"rule": {"family": "inet", "table": "t", "chain": "c", "expr": """;
        var forms = NftFixture.Text("forms.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Chunk(20).ToList();
        var texts = forms.Select(f => $"table inet t {{\n\tchain c {{\n\t\t{string.Join("\n\t\t", f.Select(p => p[0]))}\n\t}}\n}}\n");
        var documents = forms.Select(f => "{\"nftables\": [" + string.Join(", ", f.Select(p => Rule + p[1] + "}}")) + "]}");
        var mutator = new Mutator([
            .. Directory.GetFiles(NftFixture.Folder, "*.nft.*").Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
            .. texts.Concat(documents).Select(Encoding.UTF8.GetBytes),
        ]);
        var (rules, slowest, slowestSeed) = (0, TimeSpan.Zero, 0);
        for (var seed = s_seed; seed < s_seed + s_count; seed++)
        {
            var input = mutator.Make(seed);
            var start = Stopwatch.GetTimestamp();
            try
            {
                var read = SnapshotReader.Read([new SourceText("fuzz", input)]);
                NftWriter.Write(read.Snapshot.Ruleset);
                rules += read.Snapshot.Ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}\n{Encoding.UTF8.GetString(input)}", e);
            }

            var took = Stopwatch.GetElapsedTime(start);
            (slowest, slowestSeed) = took > slowest ? (took, seed) : (slowest, slowestSeed);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{s_count} inputs from seed {s_seed}: {rules} rules; slowest {slowest.TotalMilliseconds:F1} ms (seed {slowestSeed})"));
        Assert.True(slowest < TimeSpan.FromSeconds(5), $"seed {slowestSeed} took {slowest}");
        Assert.True(rules > s_count, "hardly any rule was read: the inputs are too wild to test much");
    }
}
