using Sluice.Linux.Iptables;
using Sluice.Linux.Tools;
using Sluice.Netfilter.Iptables;
using Xunit;

namespace Sluice.Tests.Linux;

/// <summary>What iptables-restore prints when it fails, as both variants of 1.8.9 do, read without a kernel.</summary>
public sealed class RestoreComplaintTests
{
    private static readonly RestoreBatch s_batch = new([
        new TableChanges("filter") { Emptied = ["F"], Commands = [new RestoreCommand(RestoreVerb.Append, "F", "-j RETURN")] },
        new TableChanges("nat")
        {
            Emptied = ["A", "B"],
            Commands = [new RestoreCommand(RestoreVerb.Append, "A", "-p tcp -j GONE"), new RestoreCommand(RestoreVerb.Insert, "OUTPUT", "-j B", 1)],
        },
    ]);

    [Theory]
    [InlineData("iptables-restore: line 8 failed\n", 1, "table nat, chain A: refused without a reason (-A A -p tcp -j GONE)")]
    [InlineData("iptables-restore: line 10 failed\n", 1, "table nat: refused without a reason (COMMIT; the kernel's log may say more)")]
    [InlineData("iptables-nft-restore: line 8 failed: No chain/target/match by that name.\n", 1, "table nat, chain A: No chain/target/match by that name (-A A -p tcp -j GONE)")]
    [InlineData("iptables-nft-restore v1.8.9 (nf_tables): \nline 9: RULE_INSERT failed (Too many links): rule in chain OUTPUT\n", 4, "table nat, chain OUTPUT: RULE_INSERT failed (Too many links): rule in chain OUTPUT (-I OUTPUT 1 -j B)")]
    [InlineData("iptables-nft-restore v1.8.9 (nf_tables): Chain 'GONE' does not exist\nError occurred at line: 10\nTry `iptables-nft-restore -h' or 'iptables-nft-restore --help' for more information.\n", 2, "table nat, chain A: Chain 'GONE' does not exist (-A A -p tcp -j GONE)")]
    [InlineData("iptables-restore v1.8.9 (legacy): Couldn't load target `GONE':No such file or directory\n\nError occurred at line: 8\nTry ...\n", 2, "table nat, chain A: Couldn't load target `GONE':No such file or directory (-A A -p tcp -j GONE)")]
    [InlineData("iptables-restore v1.8.9 (legacy): iptables-restore: unable to initialize table 'nat'\n\nError occurred at line: 5\n", 3, "table nat: unable to initialize table 'nat' (*nat)")]
    [InlineData("Bad argument `hello'\nError occurred at line: 3\n", 2, "table filter, chain F: Bad argument `hello' (-A F -j RETURN)")]
    [InlineData("iptables-restore: COMMIT expected at line 11\n", 1, "COMMIT expected")]
    [InlineData("", 1, "exit code 1")]
    [InlineData("something nobody has seen\nbefore\n", 3, "something nobody has seen")]
    [InlineData("iptables-restore: line 99999999999999 failed\n", 1, "iptables-restore: line 99999999999999 failed")]
    public void The_message_names_the_rule_and_the_reason(string printed, int code, string expected)
    {
        var failed = RestoreFailures.Of("restore", new ToolExit(code, printed, TimedOut: false), s_batch);
        Assert.Equal((RestoreFailureKind.Refused, "restore: " + expected), (failed.Kind, failed.Message));
    }

    [Theory]
    [InlineData("Another app is currently holding the xtables lock. Stopped waiting after 5s.\n", 4, RestoreFailureKind.Locked)]
    [InlineData("Another app is currently holding the xtables lock; still 4s 0us time ahead to have a chance to grab the lock...\n", 4, RestoreFailureKind.Locked)]
    [InlineData("iptables-nft-restore v1.8.9 (nf_tables): Could not fetch rule set generation id: Permission denied (you must be root)\n", 4, RestoreFailureKind.Unusable)]
    [InlineData("Fatal: can't open lock file /run/xtables.lock: Permission denied\n", 4, RestoreFailureKind.Unusable)]
    [InlineData("", 137, RestoreFailureKind.Ended)]
    public void The_kind_says_what_to_do_next(string printed, int code, RestoreFailureKind expected)
    {
        var failed = RestoreFailures.Of("restore", new ToolExit(code, printed, TimedOut: false), s_batch);
        Assert.Equal((expected, null), (failed.Kind, failed.At));
        Assert.DoesNotContain('\n', failed.Message);
    }

    [Fact]
    public void A_long_rule_is_cut_in_the_message_alone()
    {
        var rule = "-m comment --comment " + new string('x', 100_000);
        var batch = new RestoreBatch([new TableChanges("nat") { Commands = [new RestoreCommand(RestoreVerb.Append, "A", rule)] }]);
        var failed = RestoreFailures.Of("restore", new ToolExit(1, "restore: line 2 failed", TimedOut: false), batch);
        Assert.True(failed.Message.Length < 1000, failed.Message);
        Assert.Equal("-A A " + rule, failed.At?.Text);
    }
}
