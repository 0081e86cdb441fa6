using Sluice.Linux.Tools;
using Sluice.Netfilter.Iptables;

namespace Sluice.Linux.Iptables;

/// <summary>Makes a failed run of iptables-restore into a result that names the rule.</summary>
internal static class RestoreFailures
{
    private const int LongestRule = 400;

    internal static RestoreResult.Failed Of(string program, ToolExit exit, RestoreBatch batch)
    {
        if (exit.TimedOut || exit.Code > 128)
        {
            return new RestoreResult.Failed(RestoreFailureKind.Ended, $"{program}: {exit.Reason}", At: null);
        }

        if (exit.Error.Contains("holding the xtables lock"))
        {
            return new RestoreResult.Failed(RestoreFailureKind.Locked, $"{program}: another program holds the xtables lock", At: null);
        }

        if (exit.Error.Contains("you must be root") || exit.Error.Contains("can't open lock file"))
        {
            return new RestoreResult.Failed(RestoreFailureKind.Unusable, $"{program}: {RestoreComplaint.Parse(exit.Error).Reason}", At: null);
        }

        var complaint = RestoreComplaint.Parse(exit.Error);
        var line = complaint.Line is { } number ? Find(batch, number, complaint.MissingChain) : null;
        return new RestoreResult.Failed(RestoreFailureKind.Refused, $"{program}: {Describe(complaint, line, exit)}", line);
    }

    private static string Describe(RestoreComplaint complaint, RestoreLine? line, ToolExit exit)
    {
        var reason = complaint.Reason.Length > 0 ? complaint.Reason : line is null ? exit.Reason : "refused without a reason";
        if (line is null)
        {
            return reason;
        }

        if (line.Chain is null)
        {
            var hint = line.Text == "COMMIT" ? "; the kernel's log may say more" : "";
            return $"table {line.Table}: {reason} ({line.Text}{hint})";
        }

        var text = line.Text.Length > LongestRule ? string.Concat(line.Text.AsSpan(0, LongestRule), "...") : line.Text;
        return $"table {line.Table}, chain {line.Chain}: {reason} ({text})";
    }

    private static RestoreLine? Find(RestoreBatch batch, int number, string? missingChain)
    {
        var line = RestoreBatchWriter.FindLine(batch, number);
        if (missingChain is null || line is not { Text: "COMMIT" })
        {
            return line;
        }

        // iptables-nft looks for the chain of a jump when the table is committed, and names that line.
        var jump = batch.Tables.Single(table => table.Table == line.Table).Commands.FirstOrDefault(command => JumpsTo(command.Rule, missingChain));
        return jump.Rule is null ? line : new RestoreLine(line.Table, jump.Chain, $"-A {jump.Chain} {jump.Rule}");
    }

    private static bool JumpsTo(string rule, string chain) =>
        rule.EndsWith("-j " + chain, StringComparison.Ordinal) || rule.EndsWith("-g " + chain, StringComparison.Ordinal);
}
