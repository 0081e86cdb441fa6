using System.Text;

namespace Sluice.Tests.Cli;

/// <summary>Runs the command line inside the test process.</summary>
internal static class CommandRunner
{
    /// <summary>Runs a command line as a person would type it; words are parted by blanks, '...' keeps one together.</summary>
    public static CommandResult Run(string commandLine, string input = "", bool isTerminal = false, Func<string, string?>? environment = null) =>
        Run(Words(commandLine), Encoding.UTF8.GetBytes(input), isTerminal, environment);

    /// <summary>Runs a command line.</summary>
    public static CommandResult Run(IReadOnlyList<string> args, byte[] input, bool isTerminal = false, Func<string, string?>? environment = null)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var io = new CommandIO(new MemoryStream(input), output, error)
        {
            IsOutputTerminal = isTerminal,
            Environment = environment ?? (_ => null),
        };
        var code = Program.Run([.. args], io);
        return new CommandResult(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    private static List<string> Words(string line)
    {
        var words = new List<string>();
        foreach (var (part, at) in line.Split('\'').Select((part, at) => (part, at)))
        {
            if (at % 2 == 1)
            {
                words.Add(part);
            }
            else
            {
                words.AddRange(part.Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        return words;
    }
}

/// <summary>What a command line did.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    /// <summary>Everything, for messages of failed tests.</summary>
    public override string ToString() => $"exit code {Code}\n--- output\n{Output}\n--- error\n{Error}";
}
