using System.ComponentModel;

namespace Sluice.Linux.Tools;

/// <summary>Runs a tool of the system for what it prints.</summary>
public static class SystemTool
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program to its end, feeding it <paramref name="input"/>; null when it is not installed.</summary>
    public static ToolRun? Run(string name, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default) =>
        SystemPrograms.Find(name) is { } path ? RunFile(path, arguments, input) : null;

    /// <summary>The same for a program's file.</summary>
    public static ToolRun RunFile(string path, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        try
        {
            using var tool = RunningTool.Start(path, arguments, s_timeout, CancellationToken.None);
            var feed = tool.FeedAsync(stream => stream.WriteAsync(input).AsTask());
            using var output = new MemoryStream();
            tool.Output.CopyTo(output);
            var exit = tool.ExitAsync().GetAwaiter().GetResult();
            feed.GetAwaiter().GetResult();
            return new ToolRun(exit.Succeeded, output.ToArray(), exit.Reason);
        }
        catch (Win32Exception e)
        {
            return new ToolRun(Succeeded: false, [], RunningTool.WhyNotStarted(path, e));
        }
    }
}
