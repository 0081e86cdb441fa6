using System.Text;
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
            return $"table {line.Table}: {reason} (line {line.Number}: {line.Text}{hint})";
        }

        var text = line.Text.Length > LongestRule ? string.Concat(line.Text.AsSpan(0, LongestRule), "...") : line.Text;
        return $"table {line.Table}, chain {line.Chain}: {reason} (line {line.Number}: {text})";
    }

    // Written once more rather than kept: failures are rare and batches may be large.
    private static RestoreLine? Find(RestoreBatch batch, int number, string? missingChain)
    {
        using var stream = new MemoryStream();
        RestoreText.Write(batch, stream);
        var lines = Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length).Split('\n');
        if (number < 1 || number > lines.Length)
        {
            return null;
        }

        // iptables-nft looks for the chain of a jump when the table is committed, and names that line.
        var index = number - 1;
        if (missingChain is not null && lines[index] == "COMMIT")
        {
            var jump = Array.FindLastIndex(lines, index, line => JumpsTo(line, missingChain));
            index = jump >= 0 ? jump : index;
        }

        var table = Array.FindLastIndex(lines, index, line => line.StartsWith('*'));
        return new RestoreLine(index + 1, table < 0 ? null : lines[table][1..], ChainOf(lines[index]), lines[index]);
    }

    private static bool JumpsTo(string line, string chain) =>
        line.EndsWith(" -j " + chain, StringComparison.Ordinal) || line.EndsWith(" -g " + chain, StringComparison.Ordinal);

    private static string? ChainOf(string line) => line switch
    {
        [':', ..] => line[1..].Split(' ')[0],
        ['-', _, ' ', ..] => line.Split(' ')[1],
        _ => null,
    };
}
