using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary><c>sluice demo</c> where a lab can be built: what was predicted happens, and nothing stays behind.</summary>
public sealed class DemoKernelTests
{
    [Theory]
    [InlineData("iptables")]
    [InlineData("nftables")]
    public async Task The_live_demo_shows_what_was_predicted_and_leaves_nothing_behind(string mode)
    {
        if (LabSupport.Unavailable is { } reason)
        {
            Assert.Skip(reason);
        }

        var (code, text) = await RunAsync("--proxy-mode", mode);
        Assert.True(code == 0, text);
        Assert.Contains("connections meanwhile, 0 failed", text, StringComparison.Ordinal);
        Assert.Contains("11 of 11 as predicted", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, $"{line.Length} columns: {line}"));
        var folder = Regex.Match(text, "--cluster (?<path>[^ ]+)", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups["path"].Value;
        Assert.False(Directory.Exists(folder), $"{folder} is still there");
    }

    private static async Task<(int Code, string Text)> RunAsync(params string[] flags)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), "demo", .. flags])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await error);
    }
}
