namespace Sluice.Demo;

/// <summary>How this program is started once more.</summary>
internal static class SelfProgram
{
    /// <summary>The program and its arguments.</summary>
    public static string[] CommandLine(params ReadOnlySpan<string> arguments)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, "sluice");

        // Published as one file there is no assembly beside it, and the file may have any name.
        return !File.Exists(executable + ".dll") ? [Environment.ProcessPath ?? executable, .. arguments]
            : File.Exists(executable) ? [executable, .. arguments]
            : [Environment.ProcessPath ?? "dotnet", executable + ".dll", .. arguments];
    }
}
