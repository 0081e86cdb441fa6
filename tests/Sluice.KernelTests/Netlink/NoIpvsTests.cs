using Sluice.KernelTests.Uml;
using Sluice.Linux.Ipvs;
using Sluice.Linux.Netlink.Ipvs;
using Xunit;

namespace Sluice.KernelTests.Netlink;

/// <summary>A kernel without IPVS, as most of those that tests run on are.</summary>
public sealed class NoIpvsTests
{
    [Fact]
    public void A_kernel_without_IPVS_is_told_in_one_line_and_reading_it_gives_nothing()
    {
        Assert.SkipWhen(UmlKernel.RunsTests || File.Exists("/proc/net/ip_vs"), "this kernel has IPVS");
        using var space = new NetworkNamespace("none");
        var (applier, problem) = space.Run(() => (IpvsApplier.TryOpen(out var why), why));
        Assert.Null(applier);
        Assert.Equal("this kernel has no IPVS, or may not load it: run modprobe ip_vs on the host, or choose another proxy mode", problem);

        var (connection, silence) = space.Run(() => (IpvsConnection.TryOpenLoaded(out var why), why));
        Assert.Null(connection);
        Assert.Null(silence);
    }
}
