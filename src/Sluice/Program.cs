namespace Sluice;

/// <summary>The entry: everything the process does goes through <see cref="Run"/>, which tests call too.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        using var io = CommandIO.OfProcess();
        return Run(args, io);
    }

    /// <summary>Runs one command line. Never throws: what goes wrong is one line on the error output and exit code 2.</summary>
    internal static int Run(string[] args, CommandIO io)
    {
        try
        {
            var code = CommandLine.Run(args, io);
            io.Output.Flush();
            foreach (var note in io.Notes)
            {
                io.Error.WriteLine("sluice: note: " + note);
            }

            return code;
        }
        catch (CommandFailure failure)
        {
            return Fail(io, failure.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(io, $"reading or writing failed: {OneLine(e.Message)}");
        }
#pragma warning disable CA1031 // The last resort: a person gets one line, not a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return io.Environment("SLUICE_DEBUG") is { Length: > 0 }
                ? Fail(io, e.ToString())
                : Fail(io, $"internal error ({e.GetType().Name}: {OneLine(e.Message)}); please report it with the output of the same command under SLUICE_DEBUG=1");
        }
    }

    private static int Fail(CommandIO io, string message)
    {
        try
        {
            io.Output.Flush();
        }
        catch (IOException)
        {
            // What was to be said about the output is in the message.
        }

        io.Error.WriteLine("sluice: " + message);
        io.Error.Flush();
        return ExitCode.Failure;
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
