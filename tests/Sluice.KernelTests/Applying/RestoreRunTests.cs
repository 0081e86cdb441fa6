using Sluice.Linux.Iptables;
using Sluice.Linux.Tools;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Applying.Batches;

namespace Sluice.KernelTests.Applying;

/// <summary>Tools that hang, crash, talk without end or are killed: always a result, never an exception, never a process left behind.</summary>
public sealed class RestoreRunTests
{
    private static readonly IptablesToolOptions s_hasty = new() { Timeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_tool_that_hangs_is_ended_with_all_it_started()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        using var folder = new FakeTools();
        var pids = Path.Combine(folder.Path, "pids");
        var restore = folder.Write("restore", $"sleep 600 & echo $! $$ > {pids}; wait");
        var failed = await space.FailureOfAsync(Of(Table("nat", ["X"])), space.With(restore, options: s_hasty));
        Assert.Equal(RestoreFailureKind.Ended, failed.Kind);
        var left = (await File.ReadAllTextAsync(pids, TestContext.Current.CancellationToken)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, left.Length);
        await FakeTools.UntilAsync(() => !left.Any(IsRunning));
    }

    [Fact]
    public async Task A_tool_that_reads_nothing_and_talks_without_end_fails_with_its_first_words()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        using var folder = new FakeTools();
        var restore = folder.Write("restore", "echo out of order >&2; yes | head -c 10000000 >&2; yes | head -c 10000000; exit 3");
        var failed = await space.FailureOfAsync(Large(), space.With(restore));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.EndsWith(": out of order", failed.Message);
    }

    [Fact]
    public async Task A_tool_that_leaves_a_child_with_its_pipes_behind_is_not_waited_for()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        using var folder = new FakeTools();
        var pid = Path.Combine(folder.Path, "pid");
        var restore = folder.Write("restore", $"cat > /dev/null; sleep 600 & echo $! > {pid}; exit 0");
        var result = await space.RestoreAsync(Large(), space.With(restore));
        var left = (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim();
        using (var child = System.Diagnostics.Process.GetProcessById(int.Parse(left)))
        {
            child.Kill();
        }

        Assert.True(result is RestoreResult.Ok, result.ToString());
    }

    [Fact]
    public async Task A_tool_that_is_killed_says_so()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        using var folder = new FakeTools();
        var failed = await space.FailureOfAsync(Large(), space.With(folder.Write("restore", "kill -9 $$")));
        Assert.Equal((RestoreFailureKind.Ended, "restore: ended by signal 9"), (failed.Kind, failed.Message));
    }

    [Theory]
    [InlineData("/nonexistent/iptables-restore")]
    [InlineData("/etc/passwd")]
    public async Task A_tool_that_cannot_start_says_so(string path)
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        Assert.Equal(RestoreFailureKind.Unusable, (await space.FailureOfAsync(Large(), space.With(path))).Kind);
    }

    /// <summary>Killed at any moment, a restore has changed a table whole or not at all.</summary>
    [Theory]
    [InlineData(TableBackend.Nft)]
    [InlineData(TableBackend.Legacy)]
    public async Task Killed_in_the_middle_it_leaves_whole_tables(TableBackend backend)
    {
        const int Chains = 3000;
        using var space = ToolSpace.Open(backend);
        using var folder = new FakeTools();
        string[] chains = [.. Enumerable.Range(0, Chains).Select(i => $"C{i:D4}")];
        var outcomes = new Dictionary<string, int>();
        for (var i = 0; i < 20; i++)
        {
            // Old and new differ in every chain.
            await RestoreAllAsync(space, chains, "-p tcp -j RETURN", space.Tools);
            var restore = folder.Write("restore", $$"""
                exec 3<&0
                {{space.Tools.Programs.Restore}} "$@" <&3 &
                sleep {{i * 0.004:F3}}
                kill -9 $!
                wait $!
                """);
            var result = await RestoreAllAsync(space, chains, "-p udp -j RETURN", space.With(restore));
            var rules = (await space.RulesAsync("nat")).Where(rule => rule.StartsWith('-')).ToList();
            var changed = rules.Count(rule => rule.Contains("-p udp"));
            Assert.Equal(Chains, rules.Count);
            Assert.True(changed is 0 or Chains, $"{changed} of {Chains} chains changed, result {result}");
            var outcome = $"{(changed == 0 ? "old" : "new")}, {result.GetType().Name}";
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
            Assert.False(changed == 0 && result is RestoreResult.Ok, "said to be done, but it is not");
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", outcomes));
    }

    [Fact]
    public void Large_stacks_are_for_tools_alone()
    {
        var limit = SystemTool.Run("sh", ["-c", "ulimit -s"]);
        var own = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max stack", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        Assert.NotNull(limit);
        var kilobytes = System.Text.Encoding.ASCII.GetString(limit.Output).Trim();
        TestContext.Current.TestOutputHelper?.WriteLine($"tool {kilobytes} KB, own {own}");
        Assert.True(kilobytes == "unlimited" || long.Parse(kilobytes) >= 1 << 20, kilobytes);
        Assert.True(own == "unlimited" || long.Parse(own) < 1 << 30, own);
    }

    private static Task<RestoreResult> RestoreAllAsync(ToolSpace space, string[] chains, string rule, IptablesTools tools) =>
        space.RestoreAsync(Of(Table("nat", chains, [.. chains.Select(chain => Append(chain, rule))])), tools);

    // More than a pipe holds.
    private static Netfilter.Iptables.RestoreBatch Large() =>
        Of(Table("nat", [.. Enumerable.Range(0, 20_000).Select(i => $"CHAIN-{i}")]));

    // A dead child that nobody waited for yet is a zombie.
    private static bool IsRunning(string pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ");
}
