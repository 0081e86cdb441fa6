using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Kubernetes.Manifests;
using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Fuzzing;

/// <summary>
/// No manifest crashes or hangs the reader; every problem is one line; no name that Kubernetes would refuse comes through. SLUICE_FUZZ is
/// the number of inputs, SLUICE_SEED the first seed; a failure names the seed, which makes the input again.
/// </summary>
public sealed partial class ManifestFuzzTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(60);

    private int _seed;

    [Fact]
    public async Task No_manifest_crashes_or_hangs_the_reader()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "cluster");
        var mutator = new Mutator([.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);
        var work = Task.Run(() => All(mutator), TestContext.Current.CancellationToken);
        while (!work.IsCompleted)
        {
            var seed = _seed;
            await Task.WhenAny(work, Task.Delay(s_bound, TestContext.Current.CancellationToken));
            Assert.False(!work.IsCompleted && _seed == seed, $"seed {seed} hangs");
        }

        await work;
    }

    private void All(Mutator mutator)
    {
        var reader = new ManifestReader();
        int objects = 0, problems = 0, count = Setting("SLUICE_FUZZ", 5_000), first = Setting("SLUICE_SEED", 1);
        var start = Stopwatch.GetTimestamp();
        for (_seed = first; _seed < first + count; _seed++)
        {
            var input = mutator.Make(_seed);
            foreach (var name in new[] { "fuzz.yaml", "fuzz.json" })
            {
                try
                {
                    var content = reader.Read(name, input);
                    objects += content.Objects.Count;
                    problems += content.Problems.Count;
                    Check(content);
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException($"seed {_seed} as {name}: {e}\n{Encoding.Latin1.GetString(input)}", e);
                }
            }
        }

        output.WriteLine($"{count} inputs from seed {first}: {objects} objects, {problems} problems in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s");
        Assert.True(objects > count / 20, $"only {objects} objects were read of {count} inputs: they are too wild to test much");
    }

    private static void Check(ManifestContent content)
    {
        Assert.All(content.Problems, p => Assert.DoesNotContain(p.ToString(), c => char.IsControl(c)));
        Assert.All(content.Problems, p => Assert.True(p.ToString().Length < 1000, p.ToString()));
        Assert.All(content.Objects, o => Assert.Matches(Name(), $"{o.Name.Namespace}{o.Name.Name}"));
        Assert.All(content.Objects.OfType<Service>().SelectMany(s => s.Ports), p => Assert.Matches(Name(), $"x{p.Name}"));
        Assert.True(content.IsWhole || content.Problems.Count > 0, "not whole, and no word about why");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [GeneratedRegex("^[a-z0-9.-]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}
