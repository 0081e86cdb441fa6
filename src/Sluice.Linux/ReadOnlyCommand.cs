using System.ComponentModel;
using System.Diagnostics;

namespace Sluice.Linux;

/// <summary>Runs a tool of the system and takes what it prints.</summary>
public static class ReadOnlyCommand
{
    /// <summary>Runs it, feeding it <paramref name="input"/>; null when it is not installed.</summary>
    public static CommandRun? Run(string name, ReadOnlySpan<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        if (SystemPrograms.Find(name) is not { } path)
        {
            return null;
        }

        var start = new ProcessStartInfo(path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var feed = Task.Run(() => Feed(process, input));
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            feed.Wait();
            var message = error.Result.Trim();
            var firstLine = message.IndexOf('\n') is var end and > 0 ? message[..end].TrimEnd() : message;
            return new CommandRun(process.ExitCode == 0, output.ToArray(), firstLine.Length > 0 ? firstLine : $"exit code {process.ExitCode}");
        }
        catch (Win32Exception e)
        {
            return new CommandRun(Succeeded: false, [], e.Message);
        }
    }

    private static void Feed(Process process, ReadOnlyMemory<byte> input)
    {
        try
        {
            process.StandardInput.BaseStream.Write(input.Span);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want to read it all; its exit code says whether that is bad.
        }
    }
}

/// <summary>How a tool's run ended.</summary>
/// <param name="Succeeded">Whether it ended with 0.</param>
/// <param name="Output">What it printed.</param>
/// <param name="Error">The first line of what it complained of.</param>
public sealed record CommandRun(bool Succeeded, byte[] Output, string Error);
