namespace Sluice.Linux.Tools;

/// <summary>How a tool ended.</summary>
/// <param name="Code">Its exit code; above 128 a signal ended it.</param>
/// <param name="Error">What it printed on standard error, cut to <see cref="RunningTool.ErrorLimit"/> characters.</param>
/// <param name="TimedOut">Whether it was killed because its time was up.</param>
public sealed record ToolExit(int Code, string Error, bool TimedOut)
{
    /// <summary>Whether it ended by itself with 0.</summary>
    public bool Succeeded => Code == 0 && !TimedOut;

    /// <summary>Why it failed, in one line.</summary>
    public string Reason => TimedOut ? "it took too long and was ended" : FirstLine(Error) is { Length: > 0 } line ? line : ExitWords;

    private string ExitWords => Code > 128 ? $"ended by signal {Code - 128}" : $"exit code {Code}";

    private static string FirstLine(string text)
    {
        var start = text.AsSpan().TrimStart();
        var end = start.IndexOf('\n');
        return new string((end < 0 ? start : start[..end]).TrimEnd());
    }
}
