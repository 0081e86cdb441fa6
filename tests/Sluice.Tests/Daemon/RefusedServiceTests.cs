using Sluice.Kubernetes.Objects;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class RefusedServiceTests
{
    private readonly WorkerRig _rig = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_Service_that_the_kernel_refuses_is_named_and_all_others_are_in_place(int bad)
    {
        RefuseAffinity();
        for (var i = 0; i < 12; i++)
        {
            _rig.Put(i, affinity: i < bad ? 100 : null, endpoints: [0, 1]);
        }

        Assert.False(await _rig.SyncAsync());
        Assert.True(await _rig.SyncAsync());
        var refused = Enumerable.Range(0, bad).Select(TestCluster.NameOf).ToArray();
        Assert.Equal(refused, _rig.Last.Refused.Select(r => r.Service).Order());
        Assert.All(_rig.Last.Refused, r => Assert.Contains("-m recent", r.Problem, StringComparison.Ordinal));
        _rig.AssertHolds(refused);
    }

    [Fact]
    public async Task A_Service_that_is_refused_after_a_change_stays_as_it_was_and_others_go_on()
    {
        _rig.Put(1, endpoints: [0, 1]);
        _rig.Put(2, endpoints: [0]);
        await _rig.SyncAsync();
        var before = _rig.Desired.Take(_rig.Options.Family).Intent.PortsOf(TestCluster.NameOf(1));

        RefuseAffinity();
        _rig.Put(1, affinity: 100, endpoints: [0, 1]);
        _rig.Put(2, endpoints: [0, 1]);
        Assert.False(await _rig.SyncAsync());
        Assert.True(await _rig.SyncAsync());
        _rig.Put(3, endpoints: [2]);
        Assert.True(await _rig.SyncAsync());
        var wanted = _rig.Desired.Take(_rig.Options.Family).Intent.With(TestCluster.NameOf(1), before);
        Assert.Equal("", _rig.DifferenceFrom(wanted));
        Assert.Single(_rig.Reports, r => r.Refused.Count > 0);
    }

    [Fact]
    public async Task A_refused_Service_that_changes_is_tried_again()
    {
        RefuseAffinity();
        _rig.Put(1, affinity: 100, endpoints: [0]);
        _rig.Put(2, endpoints: [0]);
        await _rig.SyncAsync();
        await _rig.SyncAsync();
        _rig.AssertHolds(TestCluster.NameOf(1));
        _rig.Put(1, endpoints: [0]);
        Assert.True(await _rig.SyncAsync());
        Assert.Equal([TestCluster.NameOf(1)], _rig.Last.Accepted);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_refused_Service_is_tried_again_with_every_audit()
    {
        RefuseAffinity();
        _rig.Put(1, ServiceType.NodePort, affinity: 100, endpoints: [0]);
        _rig.Put(2, endpoints: [0]);
        await _rig.SyncAsync();
        await _rig.SyncAsync();
        Assert.True(await _rig.SyncAsync(audits: true));
        _rig.AssertHolds(TestCluster.NameOf(1));
        _rig.Kernel.Refuses = _ => false;
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal([TestCluster.NameOf(1)], _rig.Last.Accepted);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task When_a_rule_that_is_always_there_is_refused_no_Service_is_blamed()
    {
        _rig.Kernel.Refuses = rule => rule.Contains("MASQUERADE", StringComparison.Ordinal);
        _rig.Put(1, endpoints: [0]);
        for (var i = 0; i < 3; i++)
        {
            Assert.False(await _rig.SyncAsync());
            Assert.Empty(_rig.Last.Refused);
        }

        _rig.Kernel.Refuses = _ => false;
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
    }

    // As a kernel without xt_recent does.
    private void RefuseAffinity() => _rig.Kernel.Refuses = rule => rule.Contains("-m recent", StringComparison.Ordinal);
}
