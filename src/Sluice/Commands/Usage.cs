using System.CommandLine;
using System.CommandLine.Help;
using Sluice.Kubernetes.Configuration;

namespace Sluice.Commands;

/// <summary>What is wrong with a command line, in one line with the nearest word that would have been right.</summary>
internal static class Usage
{
    /// <summary>Whether help is asked for: then nothing else counts.</summary>
    public static bool IsHelp(ParseResult parsed) => parsed.Action is HelpAction or SettingHelp;

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

    private static string Unmatched(Command command, string word)
    {
        if (word.StartsWith('-') && word.Length > 1)
        {
            var flag = word.Split('=', ':')[0];
            var flags = command.Options.Where(o => !o.Hidden).SelectMany(o => o.Aliases.Append(o.Name)).Where(a => a.StartsWith("--", StringComparison.Ordinal));
            return $"unknown flag {flag}{NearestWord.Hint(flag, flags)}";
        }

        return command is RootCommand
            ? $"unknown command {word}{NearestWord.Hint(word, command.Subcommands.Select(c => c.Name))}"
            : $"unexpected argument '{word}'";
    }
}
