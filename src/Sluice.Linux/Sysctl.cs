namespace Sluice.Linux;

/// <summary>Kernel settings under /proc/sys; those of <c>net</c> belong to the network namespace of the calling thread.</summary>
public static class Sysctl
{
    /// <summary>Reads one, such as <c>net.ipv4.ip_forward</c>.</summary>
    public static SysctlResult Read(string name)
    {
        try
        {
            return new SysctlResult(File.ReadAllText(PathOf(name)).TrimEnd(), Problem: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SysctlResult(Value: null, Problem(name, "read", e));
        }
    }

    /// <summary>Writes one.</summary>
    public static SysctlResult Write(string name, string value)
    {
        try
        {
            // Opened, not created: a kernel without the setting must not look like a full disk.
            using var file = new FileStream(PathOf(name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(System.Text.Encoding.UTF8.GetBytes(value));
            return new SysctlResult(value, Problem: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SysctlResult(Value: null, Problem(name, $"set to {value}", e));
        }
    }

    // A dot within a name, as of an interface eth0.1, is written as a slash by sysctl(8).
    private static string PathOf(string name) =>
        "/proc/sys/" + string.Concat(name.Select(c => c switch { '.' => '/', '/' => '.', _ => c }));

    private static string Problem(string name, string action, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"sysctl {name}: this kernel does not have it",
        UnauthorizedAccessException => $"sysctl {name} cannot be {action}: it needs root, and /proc/sys must be writable",
        _ => $"sysctl {name} cannot be {action}: {e.Message}",
    };
}
