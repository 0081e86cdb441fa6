namespace Sluice.KernelTests.Daemon;

/// <summary>
/// Programs of the names of iptables' own that stand before them in PATH: they note that they were called, misbehave as asked, and
/// then become the real ones.
/// </summary>
internal sealed class ToolFolder
{
    private static readonly string[] s_names =
    [
        .. from program in (string[])["iptables", "ip6tables"]
           from variant in (string[])["", "-nft", "-legacy"]
           from verb in (string[])["restore", "save"]
           select $"{program}{variant}-{verb}",
    ];

    private readonly string _folder;

    /// <summary>Makes the programs.</summary>
    /// <param name="folder">A folder of their own.</param>
    public ToolFolder(string folder)
    {
        _folder = Directory.CreateDirectory(folder).FullName;
        foreach (var name in s_names.Where(n => RealOf(n) is not null))
        {
            var path = Path.Combine(_folder, name);
            File.WriteAllText(path, $"""
                #!/bin/sh
                echo "{name}" >> "{Calls}"
                {(name.EndsWith("-restore", StringComparison.Ordinal) ? $"[ -f '{Behaviour}' ] && . '{Behaviour}'" : "")}
                exec "{RealOf(name)}" "$@"

                """);
#pragma warning disable CA1416 // There is a kernel to test on Linux only.
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        }
    }

    /// <summary>How often IPv4 rules were written.</summary>
    public int Restores => Count("-restore");

    /// <summary>How often IPv4 rules were read.</summary>
    public int Saves => Count("-save");

    private string Calls => Path.Combine(_folder, "calls");

    private string Behaviour => Path.Combine(_folder, "behaviour");

    /// <summary>PATH with these programs first.</summary>
    public string SearchPath => $"{_folder}:{Environment.GetEnvironmentVariable("PATH")}";

    /// <summary>Lets every call do something first, as a line of shell; null for nothing.</summary>
    public void Behave(string? script)
    {
        if (script is null)
        {
            File.Delete(Behaviour);
            return;
        }

        File.WriteAllText(Behaviour + ".new", script + "\n");
        File.Move(Behaviour + ".new", Behaviour, overwrite: true);
    }

    private int Count(string verb) => !File.Exists(Calls) ? 0 : File.ReadAllLines(Calls)
        .Count(l => l.StartsWith("iptables", StringComparison.Ordinal) && l.EndsWith(verb, StringComparison.Ordinal));

    private static string? RealOf(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(d => Path.Combine(d, name))
        .FirstOrDefault(File.Exists);
}
