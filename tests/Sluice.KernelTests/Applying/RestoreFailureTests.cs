using Sluice.Linux.Iptables;
using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;
using Xunit;
using static Sluice.KernelTests.Applying.Batches;

namespace Sluice.KernelTests.Applying;

/// <summary>What is said when a restore fails: the tool's or the kernel's reason with the rule it is about.</summary>
public sealed class RestoreFailureTests
{
    public static TheoryData<TableBackend> Backends => [TableBackend.Nft, TableBackend.Legacy];

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_rule_that_the_tool_cannot_read_is_named(TableBackend backend)
    {
        var failed = await FailureOfAsync(backend, Table("nat", ["X"], Append("X", "-j RETURN"), Append("X", "-s 1.2.3.400 -j RETURN")));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.Equal(new RestoreLine("nat", "X", "-A X -s 1.2.3.400 -j RETURN"), failed.At);
        Assert.Contains("table nat, chain X: host/network `1.2.3.400' not found (-A X -s 1.2.3.400 -j RETURN)", failed.Message);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_chain_that_does_not_exist_is_named(TableBackend backend)
    {
        var failed = await FailureOfAsync(backend, Table("nat", [], Append("NOWHERE", "-j RETURN")));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.Equal(("nat", "NOWHERE", "-A NOWHERE -j RETURN"), (failed.At?.Table, failed.At?.Chain, failed.At?.Text));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_jump_to_a_chain_that_does_not_exist_is_named(TableBackend backend)
    {
        var failed = await FailureOfAsync(backend, Table("nat", ["X"], Append("X", "-j RETURN"), Append("X", "-p tcp -j NOWHERE"), Append("X", "-p udp -j RETURN")));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.Equal(new RestoreLine("nat", "X", "-A X -p tcp -j NOWHERE"), failed.At);
        Assert.Contains("NOWHERE", failed.Message[..failed.Message.IndexOf('(')]);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_rule_that_the_kernel_refuses_is_named_as_far_as_the_tool_tells(TableBackend backend)
    {
        // REJECT has no place in nat.
        var failed = await FailureOfAsync(backend, Table("nat", ["X"], Append("X", "-j RETURN"), Append("X", "-j REJECT")));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.Equal("nat", failed.At?.Table);
        if (backend == TableBackend.Nft)
        {
            Assert.Equal(("X", "-A X -j REJECT"), (failed.At?.Chain, failed.At?.Text));
            Assert.Contains("RULE_APPEND failed (Invalid argument)", failed.Message);
        }
        else
        {
            Assert.Equal((null, "COMMIT"), (failed.At?.Chain, failed.At?.Text));
            Assert.Contains("table nat", failed.Message);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_chain_that_is_still_used_is_not_removed(TableBackend backend)
    {
        var failed = await FailureOfAsync(backend, Table("nat", ["X"], Append("OUTPUT", "-j X")) with { Removed = ["X"] });
        Assert.Equal((RestoreFailureKind.Refused, "nat", "X"), (failed.Kind, failed.At?.Table, failed.At?.Chain));
        Assert.Equal("-X X", failed.At?.Text);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_rule_that_is_not_there_is_named(TableBackend backend)
    {
        var failed = await FailureOfAsync(backend, Table("nat", ["X"], Delete("X", "-p tcp -j RETURN")));
        Assert.Equal((RestoreFailureKind.Refused, "-D X -p tcp -j RETURN"), (failed.Kind, failed.At?.Text));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_table_that_does_not_exist_is_named(TableBackend backend)
    {
        var failed = await FailureOfAsync(backend, Table("nope", ["X"]));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.Contains("nope", failed.Message);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task A_rule_of_two_lines_is_refused_with_its_whole_batch(TableBackend backend)
    {
        using var space = ToolSpace.Open(backend);
        var failed = await space.FailureOfAsync(Of(
            Table("filter", ["Y"], Append("Y", "-j RETURN")),
            Table("nat", ["X"], Append("X", "-j RETURN\n-A OUTPUT -j X"))));
        Assert.Equal(RestoreFailureKind.Refused, failed.Kind);
        Assert.Empty(await space.RulesAsync("filter", "nat"));
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task Without_privilege_the_message_says_root(TableBackend backend)
    {
        using var space = ToolSpace.Open(backend);
        using var folder = new FakeTools();
        var restore = folder.Write("restore", $"exec setpriv --reuid 65534 --clear-groups {space.Tools.Programs.Restore} \"$@\"");
        var failed = await space.FailureOfAsync(Of(Table("nat", ["X"])), space.With(restore));
        Assert.Equal(RestoreFailureKind.Unusable, failed.Kind);
        Assert.Contains("Permission denied", failed.Message);
    }

    [Fact]
    public async Task A_lock_that_is_free_again_in_time_is_waited_for()
    {
        using var space = ToolSpace.Open(TableBackend.Legacy);
        using var folder = new FakeTools();
        var (restore, held) = Locked(folder, space, seconds: 1);
        var result = await space.RestoreAsync(Of(Table("nat", ["X"], Append("X", "-j RETURN"))), space.With(restore));
        Assert.True(result is RestoreResult.Ok, result.ToString());
        Assert.True(File.Exists(held + ".released"), "the restore did not wait for the lock");
        Assert.Equal([":X - [0:0]", "-A X -j RETURN"], await space.RulesAsync("nat"));
    }

    [Fact]
    public async Task A_lock_that_is_held_for_too_long_is_reported()
    {
        using var space = ToolSpace.Open(TableBackend.Legacy);
        using var folder = new FakeTools();
        var (restore, _) = Locked(folder, space, seconds: 60);
        var failed = await space.FailureOfAsync(
            Of(Table("nat", ["X"])), space.With(restore, options: new IptablesToolOptions { LockWait = TimeSpan.FromSeconds(1) }));
        Assert.Equal(RestoreFailureKind.Locked, failed.Kind);
        Assert.Empty(await space.RulesAsync("nat"));
    }

    // Another program takes the lock first and holds it; a lock file of its own keeps the machine's out of it.
    private static (string Restore, string LockFile) Locked(FakeTools folder, ToolSpace space, int seconds)
    {
        var file = Path.Combine(folder.Path, "lock");
        return (folder.Write("restore", $"""
            export XTABLES_LOCKFILE={file}
            (flock -x 9; : > {file}.held; sleep {seconds} 9>&-; : > {file}.released) 9> {file} > /dev/null 2>&1 < /dev/null &
            holder=$!
            while [ ! -e {file}.held ]; do sleep 0.01; done
            {space.Tools.Programs.Restore} "$@"
            code=$?
            kill $holder 2> /dev/null
            exit $code
            """), file);
    }

    private static async Task<RestoreResult.Failed> FailureOfAsync(TableBackend backend, TableChanges changes)
    {
        using var space = ToolSpace.Open(backend);
        return await space.FailureOfAsync(Of(Table("filter", ["Y"], Append("Y", "-j RETURN")), changes));
    }
}
