using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sluice.Linux;
using Xunit;

namespace Sluice.KernelTests.Deploy;

/// <summary>
/// A root directory with the published program and the libraries it loads, as the container image has it: no shell, no tool. What runs
/// in it sees it read-only, with /proc, the few devices that every container has, and CAP_NET_ADMIN as its only capability.
/// </summary>
internal sealed class EmptyRoot : IDisposable
{
    private const string Program = "/usr/local/bin/sluice";
    private const int NetAdmin = 12;

    // What a container runtime does before it starts the program; $0 is the root, $1 the capabilities to drop.
    private const string Enter = """
        root=$0 drop=$1
        shift
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o size=64k dev "$root/dev"
        for device in null urandom; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
        mount -o remount,bind,ro "$root"
        exec capsh --chroot="$root" --drop="$drop" --shell=
        """ + Program + """
         -- "$@"
        """;

    private static readonly string[] s_tools = ["unshare", "capsh", "mount", "ldd"];

    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-root-").FullName;

    private EmptyRoot()
    {
    }

    /// <summary>A root; the test is skipped with the reason where there is no published program, or no root can be made.</summary>
    public static EmptyRoot Create()
    {
        var checkout = Checkout();
        var published = Path.Combine(checkout, "artifacts", RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "sluice-linux-arm64" : "sluice-linux-x64");
        if (!File.Exists(published))
        {
            Assert.Skip($"{published} is not there: deploy/publish makes it");
        }

        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("a root of its own needs root");
        }

        if (Array.Find(s_tools, t => SystemPrograms.Find(t) is null) is { } missing)
        {
            Assert.Skip($"a root of its own needs the program {missing}");
        }

        var root = new EmptyRoot();
        using var space = new NetworkNamespace("image-root");
        _ = space.Check(Path.Combine(checkout, "deploy", "image-root"), [published, root._folder]);
        return root;
    }

    /// <summary>All files in it, as paths from it.</summary>
    public IReadOnlyList<string> Files() =>
        [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(f => f[_folder.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>A folder of it, made where it is not there, as those outside see it.</summary>
    public string Folder(string path) => Directory.CreateDirectory(_folder + path).FullName;

    /// <summary>The text of a file in the folder <c>deploy</c>.</summary>
    public static string Deployed(params string[] path) => File.ReadAllText(Path.Combine([Checkout(), "deploy", .. path]));

    /// <summary>Puts a file there, whole, at one moment.</summary>
    public void Write(string path, string text)
    {
        var file = Path.Combine(Folder(Path.GetDirectoryName(path)!), Path.GetFileName(path));
        File.WriteAllText(file + ".new", text);
        File.Move(file + ".new", file, overwrite: true);
    }

    /// <summary>How the program is started in it.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="capabilities">The capabilities it keeps, as numbers of capabilities(7); CAP_NET_ADMIN alone when null.</param>
    public ProcessStartInfo Start(IReadOnlyList<string> arguments, IReadOnlyList<int>? capabilities = null)
    {
        var last = int.Parse(File.ReadAllText("/proc/sys/kernel/cap_last_cap"), CultureInfo.InvariantCulture);
        var dropped = string.Join(',', Enumerable.Range(0, last + 1).Except(capabilities ?? [NetAdmin]));
        return new ProcessStartInfo("unshare", ["--mount", "sh", "-e", "-c", Enter, _folder, dropped, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
    }

    /// <summary>Runs it to its end, in a network namespace.</summary>
    public CommandResult Run(NetworkNamespace space, params string[] arguments)
    {
        var start = Start(arguments);
        return space.Execute(start.FileName, start.ArgumentList);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Checkout()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Sluice.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Sluice.slnx is above no parent of " + AppContext.BaseDirectory);
    }
}
