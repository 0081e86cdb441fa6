using System.Diagnostics;
using System.Text.RegularExpressions;
using Sluice.KernelTests.Uml.Inside;
using Xunit;

namespace Sluice.KernelTests.Uml;

/// <summary>Whether nothing that goes wrong inside looks like success outside.</summary>
public sealed partial class UmlReportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-report-").FullName;

    [Fact]
    public void Tests_that_failed_were_skipped_or_did_not_run_are_faults()
    {
        var methods = UmlReport.MethodsOf(typeof(IpvsApplierTests)).ToList();
        Assert.True(methods.Count > 3);
        File.WriteAllText(Path.Combine(_folder, UmlScript.Results), $"""
            <assemblies><assembly><collection>
            <test name="first" method="{methods[0]}" result="Pass" time="1.5"><output>told</output></test>
            <test name="second" method="{methods[1]}" result="Fail" time="0.1"><failure><message>wrong</message><stack-trace>there</stack-trace></failure></test>
            <test name="third" method="{methods[2]}" result="Skip" time="0"><reason>no tool</reason></test>
            </collection></assembly></assemblies>
            """);

        var report = UmlReport.Read(_folder, "", typeof(IpvsApplierTests));

        Assert.Equal(["Pass first (1.5 s)\ntold", "Fail second (0.1 s)", "Skip third (0 s)"], report.Lines);
        Assert.Equal(
            ["Fail second: wrong\nthere", "Skip third: no tool", .. methods.Skip(3).Select(m => $"did not run: IpvsApplierTests.{m}").Order(StringComparer.Ordinal)],
            report.Faults);
    }

    [Fact]
    public void No_results_are_a_fault_that_shows_log_and_console()
    {
        File.WriteAllText(Path.Combine(_folder, UmlScript.Log), "the log");
        var fault = Assert.Single(UmlReport.Read(_folder, "the console", typeof(IpvsApplierTests)).Faults);
        Assert.Equal("no results came out of User Mode Linux.\nIts log:\nthe log\nIts console:\nthe console", fault);
    }

    [Fact]
    public async Task A_boot_that_takes_too_long_is_ended_and_leaves_no_process()
    {
        if (UserModeLinux.Unavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        var report = await UserModeLinux.RunAsync(typeof(IpvsApplierTests), TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.Contains("ended after 1 s: it had not halted by itself", Assert.Single(report.Faults), StringComparison.Ordinal);
        var clock = Stopwatch.StartNew();
        while (Orphans().Any())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"still there: {string.Join('\n', Orphans())}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // Processes of User Mode Linux whose folder is gone.
    private static IEnumerable<string> Orphans() => Directory.GetDirectories("/proc")
        .Select(d => Path.Combine(d, "cmdline"))
        .Where(File.Exists)
        .Select(CommandLine)
        .Where(c => UmlFolder().Match(c) is { Success: true } match && !Directory.Exists(match.Groups[1].Value));

    private static string CommandLine(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return "";
        }
    }

    [GeneratedRegex("uml_dir=([^\0]*sluice-uml-[^\0]*)")]
    private static partial Regex UmlFolder();
}
