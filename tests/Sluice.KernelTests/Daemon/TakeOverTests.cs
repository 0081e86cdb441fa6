using System.Runtime.InteropServices;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

public sealed class TakeOverTests
{
    [Theory]
    [InlineData(LabVariant.Nft, false)]
    [InlineData(LabVariant.Nft, true)]
    [InlineData(LabVariant.Legacy, false)]
    [InlineData(LabVariant.Legacy, true)]
    public async Task A_start_puts_all_rules_beside_those_of_others_and_a_restart_writes_nothing(LabVariant variant, bool fromServer)
    {
        await using var lab = await ProxyLab.CreateAsync(variant, fromServer);
        lab.Write(ClusterFile.Json(20, i => [.. Enumerable.Range(0, i % 4)]));
        var proxy = lab.Start();
        await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");
        lab.AssertRight(proxy);

        proxy.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await proxy.ExitAsync());
        lab.AssertRight(proxy);
        var calls = lab.Tools.Restores;
        Assert.True(calls > 0, "no tool was called");

        var next = lab.Start();
        await next.ReadyAsync();
        await next.ReadyAsync("IPv6");
        lab.AssertRight(next);
        Assert.Equal(calls, lab.Tools.Restores);
        next.Send(PosixSignal.SIGINT);
        Assert.Equal(0, await next.ExitAsync());
    }

    [Theory]
    [InlineData(LabVariant.Nft, "--cleanup")]
    [InlineData(LabVariant.Legacy, "--cleanup")]
    [InlineData(LabVariant.Nft, "--cleanup-own")]
    public async Task Cleaning_up_leaves_rules_of_others_only(LabVariant variant, string how)
    {
        using var lab = ProxyLab.Create(variant);
        lab.Write(ClusterFile.Json(5, _ => [0, 1, 2]));
        var proxy = lab.Start();
        await proxy.ReadyAsync();
        await proxy.ReadyAsync("IPv6");
        proxy.Send(PosixSignal.SIGTERM);
        await proxy.ExitAsync();

        var said = await lab.CleanUpAsync(how);
        Assert.Equal("", lab.Leftovers());
        Assert.Contains("removed", said, StringComparison.Ordinal);
        var again = await lab.CleanUpAsync(how);
        Assert.Contains("nothing to remove", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_proxy_of_a_node_says_so_and_ends()
    {
        using var lab = ProxyLab.Create(LabVariant.Nft);
        lab.Write(ClusterFile.Json(1, _ => [0]));
        var first = lab.Start();
        await first.ReadyAsync();
        var second = lab.Start();
        Assert.Equal(2, await second.ExitAsync());
        Assert.Contains("another", Assert.Single(second.Lines), StringComparison.Ordinal);

        // Elsewhere one may run beside it.
        using var elsewhere = ProxyLab.Create(LabVariant.Nft);
        elsewhere.Write(ClusterFile.Json(1, _ => [0]));
        await elsewhere.Start().ReadyAsync();
        first.Send(PosixSignal.SIGHUP);
        await first.LineAsync(0, "SIGHUP");
        first.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await first.ExitAsync());
    }
}
