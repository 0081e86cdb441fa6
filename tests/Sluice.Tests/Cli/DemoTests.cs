using Xunit;

namespace Sluice.Tests.Cli;

/// <summary><c>sluice demo</c>: short, and every command it names works.</summary>
public sealed class DemoTests
{
    public static TheoryData<string> Commands
    {
        get
        {
            var commands = new TheoryData<string>();
            foreach (var line in CommandRunner.Run("demo --offline").Output.Split('\n'))
            {
                var command = line.TrimStart('$', ' ');
                if (command.StartsWith("sluice ", StringComparison.Ordinal))
                {
                    commands.Add(command);
                }
            }

            return commands;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_in_it_works(string command)
    {
        var result = CommandRunner.Run(command["sluice ".Length..]);
        Assert.True(result.Code < ExitCode.Failure && result.Output.Length > 0, result.ToString());
    }

    [Fact]
    public void It_names_commands_and_is_short_enough_to_read()
    {
        var result = CommandRunner.Run("demo --offline");
        Assert.Equal(ExitCode.Clean, result.Code);
        Assert.True(Commands.Count >= 12, result.ToString());
        Assert.InRange(result.Output.Split('\n').Length, 60, 120);
    }
}
