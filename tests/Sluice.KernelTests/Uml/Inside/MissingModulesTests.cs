using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Link;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>A kernel that lacks what IPVS mode needs and asks for modules in vain.</summary>
[WithoutModules]
public sealed class MissingModulesTests(ITestOutputHelper output)
{
    private const string ModuleLoader = "/proc/sys/kernel/modprobe";
    private const string Asked = "/run/asked";

    [UmlFact]
    public void What_is_missing_is_told_in_one_line_with_what_to_do()
    {
        Assert.SkipUnless(UmlKernel.IsInside, "this kernel has IPVS");
        var asked = ModulesAskedFor(() =>
        {
            Assert.Null(IpvsConnection.TryOpen(out var problem));
            Assert.Equal("this kernel has no IPVS, or may not load it: run modprobe ip_vs on the host, or choose another proxy mode", problem);
            Assert.Null(IpsetConnection.TryOpen(out problem));
            Assert.Equal("this kernel has no ipset, or may not load it: run modprobe ip_set on the host, or choose another proxy mode", problem);
            using var link = LinkConnection.TryOpen(out _)!;
            Assert.Equal(
                "this kernel has no dummy interfaces, or may not load them, so there is no kube-ipvs0: run modprobe dummy on the host, or choose another proxy mode",
                link.EnsureDummy("kube-ipvs0"));
        });
        output.WriteLine(asked);
        Assert.Contains("net-pf-16-proto-16-family-IPVS", asked, StringComparison.Ordinal);
        Assert.Contains("rtnl-link-dummy", asked, StringComparison.Ordinal);
    }

    [UmlFact]
    public void Reading_asks_for_no_module()
    {
        Assert.SkipUnless(UmlKernel.IsInside, "this kernel has IPVS");
        Assert.Equal("", ModulesAskedFor(() =>
        {
            Assert.Null(IpvsConnection.TryOpenLoaded(out var problem));
            Assert.Null(problem);
            Assert.Null(IpsetConnection.TryOpenLoaded(out problem));
            Assert.Null(problem);
        }));
    }

    // The kernel runs a program to load what it lacks: here one that only takes notes.
    private static string ModulesAskedFor(Action action)
    {
        const string Program = "/run/modprobe";
        File.WriteAllText(Program, $"#!/bin/sh\necho \"$@\" >> {Asked}\n");
        File.WriteAllText(Asked, "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        File.WriteAllText(ModuleLoader, Program);
        action();
        return File.ReadAllText(Asked);
    }
}
