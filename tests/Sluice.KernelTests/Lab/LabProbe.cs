using Sluice.KernelTests.Lab.Interop;

namespace Sluice.KernelTests.Lab;

/// <summary>Whether this machine can run the lab, and which iptables extensions its kernel has.</summary>
public static class LabProbe
{
    private static readonly Lazy<string?> NftReason = new(() => Find(LabVariant.Nft));
    private static readonly Lazy<string?> LegacyReason = new(() => Find(LabVariant.Legacy));

    /// <summary>Why the lab cannot run here, in words for <c>Assert.Skip</c>; null when it can.</summary>
    public static string? Unavailable(LabVariant variant) => variant == LabVariant.Nft ? NftReason.Value : LegacyReason.Value;

    /// <summary>Whether the kernel has an x_tables match, by its name as in <c>-m</c>.</summary>
    public static bool HasMatch(LabFamily family, string name) => Lines(family, "matches").Contains(name);

    /// <summary>Whether the kernel has an x_tables target, by its name as in <c>-j</c>.</summary>
    public static bool HasTarget(LabFamily family, string name) => Lines(family, "targets").Contains(name);

    private static string? Find(LabVariant variant)
    {
        if (!OperatingSystem.IsLinux())
        {
            return "the kernel lab needs Linux";
        }

        if (Libc.geteuid() != 0)
        {
            return "the kernel lab needs root (or: unshare -rn)";
        }

        string[] programs =
        [
            "ip", "nft", LabPrograms.Name(LabFamily.IPv4, variant, "restore"), LabPrograms.Name(LabFamily.IPv6, variant, "restore"),
        ];
        if (Array.Find(programs, p => !IsInstalled(p)) is { } missing)
        {
            return $"the kernel lab needs the program {missing}";
        }

        try
        {
            using var lab = KernelLab.Create(variant);
            lab.Load(LabFamily.IPv4, "*nat\nCOMMIT\n");
            lab.Load(LabFamily.IPv6, "*nat\nCOMMIT\n");
            return null;
        }
        catch (LabException e)
        {
            return $"the kernel lab cannot be built here: {e.Message}";
        }
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Combine(d, program)));

    /// <summary>The kernel's own list: every extension that is built in or loaded.</summary>
    private static HashSet<string> Lines(LabFamily family, string kind)
    {
        var path = $"/proc/net/{(family == LabFamily.IPv4 ? "ip" : "ip6")}_tables_{kind}";
        return File.Exists(path) ? File.ReadAllLines(path).ToHashSet() : [];
    }
}
