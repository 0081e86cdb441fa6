using System.Diagnostics;
using Sluice.Linux;

namespace Sluice.KernelTests.Uml;

/// <summary>
/// Runs tests on a kernel of their own: User Mode Linux is a kernel that is a program, and Debian's has IPVS. It boots this machine's root
/// read-only in two seconds; inside is one CPU, processes start slowly, and no network leads outside.
/// </summary>
internal static class UserModeLinux
{
    private const string Kernel = "linux.uml";
    private const string Memory = "768M";
    private const long MemoryBytes = 768L << 20;

    private static readonly string[] s_tools = ["ipvsadm", "ipset", "ip", "iptables-legacy", "ip6tables-legacy", "conntrack"];

    /// <summary>The program that runs assemblies.</summary>
    public static string Dotnet { get; } = Environment.ProcessPath is { } path && Path.GetFileName(path) == "dotnet"
        ? path
        : File.ResolveLinkTarget(SystemPrograms.Find("dotnet") ?? "/usr/bin/dotnet", returnFinalTarget: true)?.FullName ?? "/usr/bin/dotnet";

    /// <summary>Why it cannot be started here, in a few words; null when it can.</summary>
    public static string? Unavailable() =>
        !OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess ? "User Mode Linux is started as root"
        : Array.Find([Kernel, "busybox"], p => SystemPrograms.Find(p) is null) is { } program ? $"{program} is not installed (Debian packages user-mode-linux and busybox-static)"
        : MissingTool() is { } tool ? $"{tool} is not installed"
        : UmlModules.FindFolder() is null ? "User Mode Linux has no modules"
        : null;

    /// <summary>A program that tests of IPVS compare with and that is not installed; null when all are.</summary>
    public static string? MissingTool() => Array.Find(s_tools, t => SystemPrograms.Find(t) is null);

    /// <summary>Boots, runs the tests of one class, and halts; or is ended when it takes too long.</summary>
    /// <param name="testClass">The class.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellationToken">Ends it too.</param>
    public static async Task<UmlReport> RunAsync(Type testClass, TimeSpan limit, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sluice-uml-").FullName;
        try
        {
            var modules = testClass.IsDefined(typeof(WithoutModulesAttribute), inherit: false) ? [] : UmlModules.Files(UmlModules.FindFolder()!);
            var script = UmlScript.Write(folder, modules, testClass.FullName!);
            var console = await BootAsync(folder, script, limit, cancellationToken);
            return UmlReport.Read(folder, console, testClass);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Its exit code says nothing, whatever happened inside.
    private static async Task<string> BootAsync(string folder, string script, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(SystemPrograms.Find(Kernel)!,
        [
            $"mem={Memory}", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro", $"init={script}",
            "umid=uml", $"uml_dir={folder}", "con=null", "con0=null,fd:1", "ssl=null", "quiet",
        ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Its memory is a file: on tmpfs where that has room.
        start.Environment["TMPDIR"] = HasRoom("/dev/shm") ? "/dev/shm" : folder;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        late.CancelAfter(limit);
        var end = "";
        try
        {
            await process.WaitForExitAsync(late.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            end = $"ended after {limit.TotalSeconds:F0} s: it had not halted by itself\n";
        }

        return await output + await errors + end;
    }

    private static bool HasRoom(string folder) => Directory.Exists(folder) && new DriveInfo(folder).AvailableFreeSpace > 2 * MemoryBytes;
}
