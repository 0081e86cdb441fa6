using System.CommandLine;
using System.CommandLine.Help;

namespace Sluice.Commands;

/// <summary>What is wrong with a command line, in one line with the nearest word that would have been right.</summary>
internal static class Usage
{
    /// <summary>Whether help is asked for: then nothing else counts.</summary>
    public static bool IsHelp(ParseResult parsed) => parsed.Action is HelpAction;

    /// <summary>The failure for a command line with errors.</summary>
    public static CommandFailure Failure(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = command is RootCommand ? "sluice" : "sluice " + command.Name;
        var help = $"; see '{path} --help'";
        if (parsed.UnmatchedTokens.Count > 0)
        {
            var word = parsed.UnmatchedTokens[0];
            return new CommandFailure(Unmatched(command, word) + help);
        }

        if (command is RootCommand && parsed.Tokens.Count == 0)
        {
            return new CommandFailure("say what to do: " + string.Join(", ", command.Subcommands.Select(c => c.Name)) + help);
        }

        return new CommandFailure(parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.') + help);
    }

    /// <summary>The candidate that was probably meant; null when none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates) => candidates
        .Select(c => (Candidate: c, Distance: c.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? 1 : Distance(word, c)))
        .Where(c => c.Distance <= Math.Max(1, Math.Min(word.Length, c.Candidate.Length) / 3))
        .OrderBy(c => c.Distance)
        .Select(c => c.Candidate)
        .FirstOrDefault();

    /// <summary>", did you mean X?" or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } near ? $", did you mean {near}?" : "";

    private static string Unmatched(Command command, string word)
    {
        if (word.StartsWith('-') && word.Length > 1)
        {
            var flag = word.Split('=', ':')[0];
            var flags = command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name)).Where(a => a.StartsWith("--", StringComparison.Ordinal));
            return $"unknown flag {flag}{Hint(flag, flags)}";
        }

        return command is RootCommand
            ? $"unknown command {word}{Hint(word, command.Subcommands.Select(c => c.Name))}"
            : $"unexpected argument '{word}'";
    }

    // Optimal string alignment: insertions, deletions, substitutions, and two neighbours swapped.
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 ? j : j == 0 ? i : Math.Min(
                    Math.Min(d[i - 1, j], d[i, j - 1]) + 1,
                    d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
