using Sluice.Netfilter.Iptables;
using Xunit;

namespace Sluice.Tests.Planning;

/// <summary>Batches become input of iptables-restore, line by line.</summary>
public sealed class RestoreBatchWriterTests
{
    private static readonly RestoreBatch s_batch = new(
    [
        new TableChanges("filter") { Commands = [new RestoreCommand(RestoreVerb.Delete, "KUBE-SERVICES", "-j DROP")] },
        new TableChanges("nat")
        {
            Emptied = ["KUBE-SEP-A", "KUBE-SVC-B"],
            Commands =
            [
                new RestoreCommand(RestoreVerb.Append, "KUBE-SVC-B", "-m comment --comment \"a b\" -j RETURN"),
                new RestoreCommand(RestoreVerb.Insert, "KUBE-SERVICES", "-j KUBE-SVC-B", 7),
            ],
            Removed = ["KUBE-SEP-A"],
        },
    ]);

    [Fact]
    public void A_batch_is_written_table_by_table()
    {
        Assert.Equal(
            """
            *filter
            -D KUBE-SERVICES -j DROP
            COMMIT
            *nat
            :KUBE-SEP-A - [0:0]
            :KUBE-SVC-B - [0:0]
            -A KUBE-SVC-B -m comment --comment "a b" -j RETURN
            -I KUBE-SERVICES 7 -j KUBE-SVC-B
            -X KUBE-SEP-A
            COMMIT

            """.ReplaceLineEndings("\n"),
            RestoreBatchWriter.Write(s_batch));
    }

    [Fact]
    public void A_line_is_found_by_the_number_that_a_failure_names()
    {
        var lines = RestoreBatchWriter.Write(s_batch).Split('\n')[..^1];
        Assert.Equal(lines, Enumerable.Range(1, lines.Length).Select(n => RestoreBatchWriter.FindLine(s_batch, n)?.Text));
        Assert.Equal(new RestoreLine("nat", "KUBE-SERVICES", lines[7]), RestoreBatchWriter.FindLine(s_batch, 8));
        Assert.Null(RestoreBatchWriter.FindLine(s_batch, 0));
        Assert.Null(RestoreBatchWriter.FindLine(s_batch, lines.Length + 1));
    }

    [Theory]
    [InlineData("KUBE SVC", "-j RETURN")]
    [InlineData("KUBE\nCOMMIT", "-j RETURN")]
    [InlineData("", "-j RETURN")]
    [InlineData("KUBE-SVC", "-j RETURN\n-A INPUT -j ACCEPT")]
    [InlineData("KUBE-SVC", "-j RETURN\0")]
    public void What_would_break_out_of_its_line_is_not_written(string chain, string rule)
    {
        var batch = new RestoreBatch([new TableChanges("nat") { Commands = [new RestoreCommand(RestoreVerb.Append, chain, rule)] }]);
        Assert.Throws<ArgumentException>(() => RestoreBatchWriter.Write(batch));
    }
}
