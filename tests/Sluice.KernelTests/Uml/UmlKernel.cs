using Sluice.Linux.Ipvs;

namespace Sluice.KernelTests.Uml;

/// <summary>The kernel that this process runs on, and whether tests of IPVS can run on it.</summary>
internal static class UmlKernel
{
    /// <summary>Set to 1 in User Mode Linux.</summary>
    public const string Variable = "SLUICE_UML";

    private static readonly Lazy<bool> s_hasIpvs = new(HasIpvs);

    /// <summary>Whether this is a process in User Mode Linux that <see cref="UserModeLinux"/> started.</summary>
    public static bool IsInside => Environment.GetEnvironmentVariable(Variable) == "1";

    /// <summary>Whether tests of IPVS run in this process: inside, and on a kernel that has what they need by itself.</summary>
    public static bool RunsTests => IsInside || s_hasIpvs.Value;

    private static bool HasIpvs()
    {
        if (!Environment.IsPrivilegedProcess || UserModeLinux.MissingTool() is not null)
        {
            return false;
        }

        using var space = new NetworkNamespace("probe");
        return space.Run(() =>
        {
            using var applier = IpvsApplier.TryOpen(out _);
            return applier is not null && applier.Link.EnsureDummy(IpvsApplier.KubeLink) is null;
        });
    }
}
