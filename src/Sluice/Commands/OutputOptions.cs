using System.CommandLine;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary>The flags for what a verb prints.</summary>
internal sealed class OutputOptions
{
    private readonly string[] _formats;
    private readonly Option<string> _format;
    private readonly Option<bool> _noColor = new("--no-color") { Description = "No colour on the terminal either (also: NO_COLOR)" };

    /// <summary>The flags of a verb.</summary>
    /// <param name="formats">What the verb can print, the default first.</param>
    public OutputOptions(params string[] formats)
    {
        _formats = formats;
        _format = new Option<string>("--output", "-o")
        {
            Description = "One of " + string.Join(", ", formats) + "; the first is the default",
            HelpName = "FORMAT",
        };
    }

    /// <summary>Adds the flags to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_noColor);
    }

    /// <summary>The format asked for.</summary>
    public string Format(ParseResult parsed)
    {
        var format = parsed.GetValue(_format) ?? _formats[0];
        return _formats.Contains(format, StringComparer.Ordinal)
            ? format
            : throw new CommandFailure($"'{format}' is no output of {parsed.CommandResult.Command.Name}: take one of {string.Join(", ", _formats)}");
    }

    /// <summary>The page that human views are written to.</summary>
    public Page Page(ParseResult parsed, CommandIO io) => new(
        io.Output,
        new Ink(io.IsOutputTerminal && !parsed.GetValue(_noColor) && string.IsNullOrEmpty(io.Environment("NO_COLOR")) && io.Environment("TERM") != "dumb"),
        io.Width,
        Format(parsed) == "wide");
}
