using Sluice.Daemon;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class FamilyWorkerTests
{
    private readonly WorkerRig _rig = new();

    [Fact]
    public async Task The_first_sync_puts_everything_in_place_and_leaves_others_rules()
    {
        _rig.Put(1, ServiceType.LoadBalancer, endpoints: [0, 1, 2]);
        _rig.Put(2);
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
        Assert.Equal(SyncKind.Full, _rig.Last.Kind);
        Assert.Equal((2, 3), (_rig.Last.Services, _rig.Last.Endpoints));
    }

    [Fact]
    public async Task A_restart_takes_over_without_writing()
    {
        _rig.Put(1, ServiceType.NodePort, endpoints: [0, 1, 2]);
        await _rig.SyncAsync();
        var restores = _rig.Kernel.Restores;
        _rig.Restart();
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(restores, _rig.Kernel.Restores);
        Assert.Empty(_rig.Last.Result.Findings);
    }

    [Fact]
    public async Task A_change_is_written_without_reading_the_kernel()
    {
        _rig.Put(1, endpoints: [0, 1, 2]);
        _rig.Put(2, endpoints: [0]);
        await _rig.SyncAsync();
        var saves = _rig.Kernel.Saves;
        _rig.Put(1, endpoints: [0, 2, 3]);
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(saves, _rig.Kernel.Saves);
        Assert.Equal((SyncKind.Changes, 1), (_rig.Last.Kind, _rig.Last.Changed));
        _rig.AssertHolds();
    }

    [Fact]
    public async Task What_changes_nothing_for_this_family_writes_nothing()
    {
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        var restores = _rig.Kernel.Restores;
        _rig.Put(1, endpoints: [0]);
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(restores, _rig.Kernel.Restores);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_audit_reads_the_kernel_only_when_somebody_may_have_changed_it(bool hasGeneration)
    {
        _rig.Kernel.HasGeneration = hasGeneration;
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        _rig.Put(1, endpoints: [1]);
        await _rig.SyncAsync();
        var saves = _rig.Kernel.Saves;
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(hasGeneration ? saves : saves + 1, _rig.Kernel.Saves);

        _rig.Kernel.Change("nat", table => table with { Chains = table.Chains.SetItem("KUBE-SERVICES", []) });
        Assert.NotEqual("", _rig.Difference());
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.NotEmpty(_rig.Last.Result.Findings);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_failure_leads_to_a_comparison_with_the_kernel()
    {
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        _rig.Put(1, endpoints: [0, 1]);
        _rig.Kernel.Fault = () => FakeFault.Half;
        Assert.False(await _rig.SyncAsync());
        Assert.Equal("ended half-way", _rig.Last.Result.Problem);
        _rig.Kernel.Fault = () => FakeFault.None;
        var saves = _rig.Kernel.Saves;
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(saves + 1, _rig.Kernel.Saves);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_lock_held_by_others_costs_no_comparison()
    {
        _rig.Put(1, endpoints: [0]);
        await _rig.SyncAsync();
        _rig.Put(1, endpoints: [0, 1]);
        _rig.Kernel.Fault = () => FakeFault.Locked;
        Assert.False(await _rig.SyncAsync());
        _rig.Kernel.Fault = () => FakeFault.None;
        var saves = _rig.Kernel.Saves;
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(saves, _rig.Kernel.Saves);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_read_is_not_written()
    {
        _rig.Put(1, endpoints: [0]);
        _rig.Kernel.CannotRead = true;
        Assert.False(await _rig.SyncAsync());
        Assert.Equal(0, _rig.Kernel.Restores);
        Assert.Equal("cannot read", _rig.Last.Result.Problem);
        _rig.Kernel.CannotRead = false;
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
    }

    [Fact]
    public async Task Another_address_of_the_node_is_noticed_by_the_audit()
    {
        _rig.Node = _rig.Node with { NodePortAddresses = [Prefix.Parse("192.0.2.0/24")] };
        _rig.Put(1, ServiceType.NodePort, endpoints: [0]);
        await _rig.SyncAsync();
        _rig.Node = _rig.Node with { LocalAddresses = [.. _rig.Node.LocalAddresses, NetAddress.Parse("192.0.2.201")] };
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(SyncKind.Full, _rig.Last.Kind);
        Assert.Contains("-d 192.0.2.201", _rig.Kernel.Dump("nat"), StringComparison.Ordinal);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task Growing_into_a_large_cluster_and_back_rewrites_what_has_comments()
    {
        for (var i = 0; i < 5; i++)
        {
            _rig.Put(i, endpoints: [.. Enumerable.Range(0, 200)]);
        }

        await _rig.SyncAsync();
        foreach (var endpoints in (int[])[201, 200])
        {
            _rig.Put(0, endpoints: [.. Enumerable.Range(0, endpoints)]);
            Assert.True(await _rig.SyncAsync());
            _rig.AssertHolds();
        }
    }

    [Fact]
    public async Task A_stop_between_two_batches_leaves_the_rest_to_the_next_start()
    {
        for (var i = 0; i < 120; i++)
        {
            _rig.Put(i, ports: 2, endpoints: [0, 1, 2]);
        }

        using var stop = new CancellationTokenSource();
        _rig.Kernel.OnRestore = stop.CancelAsync;
        await _rig.Worker.SyncAsync(audits: false, stop.Token);
        Assert.Equal(1, _rig.Kernel.Restores);
        _rig.Restart();
        _rig.Kernel.OnRestore = () => Task.CompletedTask;
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
    }
}
