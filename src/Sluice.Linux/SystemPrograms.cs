namespace Sluice.Linux;

/// <summary>Where the programs of the system are.</summary>
public static class SystemPrograms
{
    // sudo and containers often leave the sbin folders out of PATH.
    private static readonly string[] s_folders = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    /// <summary>The path of a program by its name; null when it is not installed.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(s_folders)
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);
}
