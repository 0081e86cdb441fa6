using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

public sealed class ToolFaultTests
{
    [Theory]
    [InlineData(LabVariant.Nft)]
    [InlineData(LabVariant.Legacy)]
    public async Task A_tool_that_fails_is_told_and_tried_again_until_it_works(LabVariant variant)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(10, _ => [0, 1]));
        lab.Tools.Behave("echo 'out of luck' >&2; exit 4");
        var proxy = lab.Start();
        var line = await proxy.LineAsync(0, "level=error", "out of luck", "family=IPv4");
        line = await proxy.LineAsync(line, "level=error", "out of luck", "family=IPv4");
        Assert.NotEqual("", lab.Difference());
        lab.Tools.Behave(null);
        await proxy.LineAsync(line, "all rules are in place", "family=IPv4");
        await proxy.ReadyAsync("IPv6");
        lab.AssertRight(proxy);
    }

    [Theory]
    [InlineData(LabVariant.Nft)]
    [InlineData(LabVariant.Legacy)]
    public async Task A_tool_that_fails_now_and_then_leaves_nothing_wrong(LabVariant variant)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(30, _ => [0, 1]));

        // Before its work, after its work, or not at all, in turn.
        lab.Tools.Behave("""
            n=$(cat "$0.n" 2>/dev/null || echo 0); echo $((n + 1)) > "$0.n"
            case $((n % 4)) in
                0) exit 1 ;;
                1) /usr/bin/env PATH=/usr/sbin:/sbin:/usr/bin:/bin "$(basename "$0")" "$@"; exit 1 ;;
                2) kill -9 $$ ;;
            esac
            """);
        var proxy = lab.Start("--iptables-min-sync-period", "100ms", "-v", "1");
        await proxy.ReadyAsync();
        for (var version = 1; version <= 6; version++)
        {
            var from = proxy.Lines.Count;
            lab.Write(ClusterFile.Json(30, i => [version % 3, 4 + (i % 3)]));
            await proxy.LineAsync(from, "family=IPv4", "took=");
        }

        await lab.BecomesRightAsync(proxy);
        Assert.Contains(proxy.Lines, l => l.Contains("level=error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_tool_slows_only_itself_and_changes_meanwhile_are_one_write()
    {
        using var lab = ProxyLab.Create(LabVariant.Nft);
        lab.Write(ClusterFile.Json(3, _ => [0]));
        var proxy = lab.Start("-v", "1");
        var from = await proxy.ReadyAsync();
        lab.Tools.Behave("sleep 1.5");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var version = 1; version <= 10; version++)
        {
            lab.Write(ClusterFile.Json(3, _ => [version]));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TestContext.Current.CancellationToken);
        }

        await lab.BecomesRightAsync(proxy);
        var writes = proxy.Lines.Skip(from).Count(l => l.Contains("changes are in place", StringComparison.Ordinal));
        Assert.InRange(writes, 1, 2 + (int)(clock.Elapsed.TotalSeconds / 1.5));
    }

    [Fact]
    public async Task A_lock_held_by_another_program_is_waited_for()
    {
        using var lab = ProxyLab.Create(LabVariant.Legacy);
        lab.Write(ClusterFile.Json(3, _ => [0]));
        lab.Tools.Behave("echo 'Another app is currently holding the xtables lock. Perhaps you want to use the -w option?' >&2; exit 4");
        var proxy = lab.Start();
        var from = await proxy.LineAsync(0, "level=", "xtables lock", "family=IPv4");
        lab.Tools.Behave(null);
        await proxy.LineAsync(from, "all rules are in place", "family=IPv4");
        await proxy.ReadyAsync("IPv6");
        lab.AssertRight(proxy);
    }
}
