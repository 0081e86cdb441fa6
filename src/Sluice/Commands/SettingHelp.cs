using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Sluice.Kubernetes.Configuration.Settings;
using Sluice.Output;

namespace Sluice.Commands;

/// <summary>The help of a verb with many flags: grouped, as wide as the terminal, with defaults and what has no effect.</summary>
/// <param name="io">Where to.</param>
/// <param name="settings">The settings, in the order of their groups; the verb's other options come before them.</param>
internal sealed class SettingHelp(CommandIO io, IEnumerable<Setting> settings) : SynchronousCommandLineAction
{
    private const string Indent = "      ";

    /// <summary>The option that shows this help, for the verb.</summary>
    public HelpOption Option => new() { Action = this };

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        Paragraph("Description:", command.Description!);
        Paragraph("Usage:", $"sluice {command.Name} {string.Concat(command.Arguments.Select(a => $"[<{a.Name}>...] "))}[options]");
        if (command.Options.Where(o => o is not HelpOption && !settings.Any(s => s.FlagName == o.Name)).ToList() is { Count: > 0 } others)
        {
            io.Output.WriteLine("Options:");
            others.ForEach(o => Entry(string.Join(", ", o.Aliases.Append(o.Name)) + (o.HelpName is { Length: > 0 } value ? $" <{value}>" : ""), o.Description!));
            io.Output.WriteLine();
        }

        foreach (var group in settings.Where(s => s.Flag is not null).GroupBy(s => s.Group, StringComparer.Ordinal))
        {
            io.Output.WriteLine($"{group.Key}:");
            foreach (var setting in group)
            {
                Entry(Names(setting), Text(setting));
            }

            io.Output.WriteLine();
        }

        io.Output.WriteLine("Help:");
        io.Output.WriteLine("  -?, -h, --help");
        return ExitCode.Clean;
    }

    private static string Names(Setting setting)
    {
        var names = string.Join(", ", setting.Aliases.Append(setting.FlagName));
        return setting.HelpName.Length == 0 ? names
            : setting.MayStandAlone ? $"{names}[=<{setting.HelpName}>]"
            : $"{names} <{setting.HelpName}>";
    }

    private static string Text(Setting setting)
    {
        var usual = setting.DefaultText is "" or "false" ? "" : $" (default {setting.DefaultText})";
        return setting.State == SettingState.Ignored ? $"{setting.Description}{usual}. No effect: {setting.Reason}" : setting.Description + usual;
    }

    private void Paragraph(string heading, string text)
    {
        io.Output.WriteLine(heading);
        Wrap(text, "  ");
        io.Output.WriteLine();
    }

    private void Entry(string names, string text)
    {
        io.Output.WriteLine("  " + names);
        Wrap(text, Indent);
    }

    private void Wrap(string text, string indent)
    {
        foreach (var line in TextLayout.Wrap(text, io.Width - indent.Length))
        {
            io.Output.WriteLine(indent + line);
        }
    }
}
