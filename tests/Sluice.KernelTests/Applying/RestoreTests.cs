using Sluice.Linux.Iptables;
using Sluice.Net;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Applying.Batches;

namespace Sluice.KernelTests.Applying;

/// <summary>Batches written with the real tools into a real kernel.</summary>
public sealed class RestoreTests
{
    public static TheoryData<TableBackend, IPFamily> Tools => ToolSpace.All;

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_batch_makes_fills_empties_and_removes_chains_and_leaves_those_of_others(TableBackend backend, IPFamily family)
    {
        using var space = ToolSpace.Open(backend, family);
        Assert.IsType<RestoreResult.Ok>(await space.RestoreAsync(Of(
            Table("filter", ["OTHERS"], Append("OTHERS", "-j RETURN")),
            Table("nat", ["GONE", "KEPT"], Append("GONE", "-j RETURN"), Append("KEPT", "-p tcp -j RETURN"), Append("OUTPUT", "-j GONE")))));
        Assert.IsType<RestoreResult.Ok>(await space.RestoreAsync(Of(new TableChanges("nat")
        {
            Emptied = ["GONE", "KEPT"],
            Commands = [Delete("OUTPUT", "-j GONE"), Append("KEPT", "-p udp -j RETURN"), Insert("OUTPUT", "-m comment --comment \"a b\" -j KEPT")],
            Removed = ["GONE"],
        })));
        Assert.Equal(
            [":OTHERS - [0:0]", "-A OTHERS -j RETURN", ":KEPT - [0:0]", "-A OUTPUT -m comment --comment \"a b\" -j KEPT", "-A KEPT -p udp -j RETURN"],
            await space.RulesAsync("filter", "nat"));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_table_changes_whole_or_not_at_all_and_those_before_it_stay(TableBackend backend, IPFamily family)
    {
        using var space = ToolSpace.Open(backend, family);
        Assert.IsType<RestoreResult.Ok>(await space.RestoreAsync(Of(Table("nat", ["OLD"], Append("OLD", "-j RETURN")))));
        var failed = await space.FailureOfAsync(Of(
            Table("filter", ["FIRST"], Append("FIRST", "-j RETURN")),
            Table("nat", ["NEW", "OLD"], Append("NEW", "-j RETURN"), Append("OLD", "-j NEW"), Append("NOWHERE", "-j RETURN"))));
        Assert.Equal("NOWHERE", failed.At?.Chain);
        Assert.Equal([":FIRST - [0:0]", "-A FIRST -j RETURN", ":OLD - [0:0]", "-A OLD -j RETURN"], await space.RulesAsync("filter", "nat"));
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_batch_of_ten_thousand_chains_goes_through_the_pipe(TableBackend backend, IPFamily family)
    {
        const int Count = 10_000;
        using var space = ToolSpace.Open(backend, family);
        string[] chains = [.. Enumerable.Range(0, Count).Select(i => $"CHAIN-{i:D5}")];
        var result = await space.RestoreAsync(Of(Table("nat", chains, [.. chains.Select(chain => Append(chain, $"-m comment --comment \"{new string('x', 100)}\" -j RETURN"))])));
        Assert.True(result is RestoreResult.Ok, result.ToString());
        Assert.Equal(2 * Count, (await space.RulesAsync("nat")).Length);
    }

    [Fact]
    public async Task Cancelling_ends_the_tool()
    {
        using var space = ToolSpace.Open(TableBackend.Nft);
        using var folder = new FakeTools();
        var pid = Path.Combine(folder.Path, "pid");
        var restore = folder.Write("iptables-restore", $"echo $$ > {pid}; exec sleep 600");
        using var source = new CancellationTokenSource();
        var run = space.Namespace.Run(() => space.With(restore).RestoreAsync(Of(Table("nat", ["X"])), source.Token));
        await FakeTools.UntilAsync(() => File.Exists(pid) && File.ReadAllText(pid).Length > 0);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.False(Directory.Exists("/proc/" + (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim()));
    }
}
