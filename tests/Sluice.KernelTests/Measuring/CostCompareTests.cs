using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace Sluice.KernelTests.Measuring;

/// <summary><c>sluice cost --compare</c> in this kernel: figures are measured, not made up, and this network namespace stays as it is.</summary>
public sealed class CostCompareTests(ITestOutputHelper output)
{
    [Fact]
    public void Modes_are_measured_here_and_what_is_counted_grows_as_it_should()
    {
        if (LabSupport.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }

        var before = Rules();
        var comparison = Compare("--services", "1,10,100");
        Assert.Equal(before, Rules());
        Assert.Equal(File.ReadAllText("/proc/sys/kernel/osrelease").Trim(), comparison.GetProperty("kernel").GetString());
        foreach (var mode in comparison.GetProperty("modes").EnumerateArray())
        {
            var name = mode.GetProperty("mode").GetString();
            List<JsonElement> points = [mode.GetProperty("cluster"), .. mode.GetProperty("series").EnumerateArray()];
            output.WriteLine($"{name}: {string.Join("; ", points.Select(p => $"{p.GetProperty("services")}: {p.GetProperty("rulesEvaluated").GetProperty("last")} rules, {p.GetProperty("measured")} {p.GetProperty("notMeasured")}"))}");
            if (name == "ipvs" && points[0].GetProperty("notMeasured").ValueKind == JsonValueKind.String)
            {
                Assert.Contains("no IPVS", points[0].GetProperty("notMeasured").GetString(), StringComparison.Ordinal);
                continue;
            }

            Assert.All(points, p => Positive(name!, p.GetProperty("measured")));
            Assert.Equal(name != "iptables", mode.GetProperty("growthPerService").GetDouble() < 0.5);
        }
    }

    [Fact]
    public void What_takes_longer_than_allowed_is_told_and_not_guessed()
    {
        if (LabSupport.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }

        var iptables = Compare("--budget", "0.1", "--services", "3000,5000").GetProperty("modes")[0].GetProperty("series");
        Assert.All(iptables.EnumerateArray(), p => Assert.Equal(JsonValueKind.Null, p.GetProperty("measured").ValueKind));
        // On a slow machine already the cluster itself takes longer.
        Assert.All(iptables.EnumerateArray(), p => Assert.StartsWith("over the limit of 0.1 s", p.GetProperty("notMeasured").GetString(), StringComparison.Ordinal));
        Assert.Contains("already with", iptables[1].GetProperty("notMeasured").GetString(), StringComparison.Ordinal);
    }

    private static void Positive(string mode, JsonElement measured)
    {
        foreach (var figure in (double[])[
            measured.GetProperty("loadSeconds").GetDouble(), measured.GetProperty("changeSeconds").GetDouble(), measured.GetProperty("changes").GetInt32(),
            measured.GetProperty("connectSeconds").GetProperty("direct").GetDouble(), measured.GetProperty("connectSeconds").GetProperty("last").GetDouble(),
            measured.GetProperty("connectSeconds").GetProperty("noService").GetDouble()])
        {
            Assert.True(figure > 0, $"{mode}: {measured}");
        }
    }

    private static JsonElement Compare(params string[] flags)
    {
        var (code, output, error) = Run("dotnet", [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "cost", "--compare", "--measure", "series", "-f", "demo:node", "-o", "json", .. flags]);
        Assert.True(code == 0 && error.Length == 0, $"exit code {code}: {error}");
        return JsonDocument.Parse(output).RootElement;
    }

    // Counters aside, which traffic of others may move; null where the tool is missing or may not look.
    private static string? Rules()
    {
        var (code, text, _) = Run("nft", ["-s", "list", "ruleset"]);
        return code == 0 ? text : null;
    }

    private static (int Code, string Output, string Error) Run(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
