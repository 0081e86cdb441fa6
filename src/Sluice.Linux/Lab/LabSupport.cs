namespace Sluice.Linux.Lab;

/// <summary>Whether a lab can be built here, and how.</summary>
public static class LabSupport
{
    private static readonly string[] s_programs = ["ip", "iptables-restore", "ip6tables-restore"];

    private static readonly Lazy<string?> s_unavailable = new(Probe);

    /// <summary>Why no lab can be built by this process, in a few words; null when one can. Found out by building a small one, once.</summary>
    public static string? Unavailable => s_unavailable.Value;

    private static string? Probe()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "network namespaces need Linux";
        }

        if (Array.Find(s_programs, p => SystemPrograms.Find(p) is null) is { } missing)
        {
            return $"{missing} is not installed";
        }

        try
        {
            using var lab = LabCluster.Build([new LabPod("probe", 2)]);
            _ = lab.Node.Machine.Namespace.Check("iptables-restore", ["--noflush", "-w"], "*nat\nCOMMIT\n");
            return null;
        }
        catch (LabException e)
        {
            return e.Message.Split('\n')[0];
        }
        catch (UnauthorizedAccessException)
        {
            return "its network settings may not be written here";
        }
    }
}
