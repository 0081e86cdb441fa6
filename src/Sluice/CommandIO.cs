using System.Text;

namespace Sluice;

/// <summary>What a command talks to: the three streams, what is known of the terminal, the environment and the clock.</summary>
/// <param name="input">Standard input.</param>
/// <param name="output">Standard output: results only.</param>
/// <param name="error">Standard error: messages only.</param>
internal sealed class CommandIO(Stream input, Stream output, TextWriter error) : IDisposable
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Standard input.</summary>
    public Stream Input { get; } = input;

    /// <summary>Standard output as text; buffered, flushed at the end.</summary>
    public StreamWriter Output { get; } = new(output, s_utf8, 16 * 1024) { NewLine = "\n" };

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; } = error;

    /// <summary>Whether standard output is a terminal.</summary>
    public bool IsOutputTerminal { get; init; }

    /// <summary>Whether standard error is a terminal.</summary>
    public bool IsErrorTerminal { get; init; }

    /// <summary>The number of columns to write to.</summary>
    public int Width { get; init; } = 80;

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Remarks for standard error when all went well; a failure is one line alone.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The streams of this process.</summary>
    public static CommandIO OfProcess()
    {
        var isTerminal = !Console.IsOutputRedirected;
        var error = new StreamWriter(Console.OpenStandardError(), s_utf8, 256) { AutoFlush = true, NewLine = "\n" };

        // The console's stream takes a closed pipe for success, so `sluice ... | head` ends quietly.
        return new CommandIO(Console.OpenStandardInput(), Console.OpenStandardOutput(), error)
        {
            IsOutputTerminal = isTerminal,
            IsErrorTerminal = !Console.IsErrorRedirected,
            Width = isTerminal ? Math.Clamp(Console.WindowWidth, 60, 200) : 80,
            Environment = System.Environment.GetEnvironmentVariable,
        };
    }

    /// <summary>Writes bytes between what was written as text.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        Output.Flush();
        Output.BaseStream.Write(bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => Error.Dispose();
}
