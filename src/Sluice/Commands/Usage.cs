using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Sluice.Kubernetes.Configuration;

namespace Sluice.Commands;

/// <summary>What is wrong with a command line, in one line with the nearest word that would have been right.</summary>
internal static class Usage
{
    /// <summary>Whether help is asked for: then nothing else counts.</summary>
    public static bool IsHelp(ParseResult parsed) => parsed.Action is HelpAction or SettingHelp;

    /// <summary>What is wrong with a command line; null when it can be run.</summary>
    public static CommandFailure? FindFailure(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var path = command is RootCommand ? "sluice" : "sluice " + command.Name;
        var help = $"; see '{path} --help'";
        if (parsed.UnmatchedTokens.Concat(Arguments(parsed).Where(IsFlag)).FirstOrDefault() is { } word)
        {
            return new CommandFailure(Unmatched(command, word) + help);
        }

        if (parsed.Errors.Count == 0)
        {
            return null;
        }

        if (command is RootCommand && parsed.Tokens.Count == 0)
        {
            return new CommandFailure("say what to do: " + string.Join(", ", command.Subcommands.Select(c => c.Name)) + help);
        }

        return new CommandFailure(parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.') + help);
    }

    // A misspelt flag is taken for an argument where a verb has any; no Service has such a name.
    private static IEnumerable<string> Arguments(ParseResult parsed) =>
        parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value);

    private static bool IsFlag(string word) => word.StartsWith('-') && word.Length > 1;

    private static string Unmatched(Command command, string word)
    {
        if (IsFlag(word))
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
