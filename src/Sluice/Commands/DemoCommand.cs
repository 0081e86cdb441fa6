using System.CommandLine;
using Sluice.Demo;

namespace Sluice.Commands;

/// <summary><c>sluice demo</c>: the main job on examples that are built in.</summary>
internal static class DemoCommand
{
    /// <summary>The verb with its flags.</summary>
    public static Command Create(CommandIO io)
    {
        var output = new OutputOptions("table", "wide");
        var command = new Command("demo", "Show the main job on built-in examples: needs no root, no network, no cluster.");
        output.AddTo(command);
        command.SetAction(parsed =>
        {
            new DemoScript(output.Page(parsed, io)).Play();
            return ExitCode.Clean;
        });
        return command;
    }
}
