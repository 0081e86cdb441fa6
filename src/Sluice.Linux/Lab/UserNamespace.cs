using System.Diagnostics;

namespace Sluice.Linux.Lab;

/// <summary>
/// Runs a program as root of a user namespace of its own, where the kernel lets everybody do that: there it may build
/// networks without any right outside.
/// </summary>
public static class UserNamespace
{
    private const string Marker = "SLUICE_IN_USER_NAMESPACE";

    // The lock file of iptables is in /run, which belongs to somebody else.
    private const string Script = "mount -t tmpfs tmpfs /run 2>/dev/null; exec \"$@\"";

    private static readonly string[] s_unshare = ["-rnm"];

    /// <summary>Whether that can be tried: not root, not there already, and allowed.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    public static bool IsWorthTrying(Func<string, string?> environment) =>
        OperatingSystem.IsLinux() && !Environment.IsPrivilegedProcess && environment(Marker) is null
        && SystemPrograms.Find("unshare") is { } unshare && Run(unshare, [.. s_unshare, "true"], isQuiet: true) == 0;

    /// <summary>Runs a command there that has this terminal; its exit code.</summary>
    public static int Run(params ReadOnlySpan<string> command) =>
        Run(SystemPrograms.Find("unshare")!, [.. s_unshare, "sh", "-c", Script, "sh", .. command], isQuiet: false);

    private static int Run(string program, string[] arguments, bool isQuiet)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = isQuiet,
            RedirectStandardError = isQuiet,
        };
        start.Environment[Marker] = "1";
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
