using Sluice.Daemon;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>A worker in IPVS mode over a kernel in memory: what is written when, and what becomes of faults.</summary>
public sealed class IpvsKernelTests
{
    private readonly IpvsWorkerRig _rig = new();

    [Fact]
    public async Task All_is_loaded_and_a_restart_with_nothing_changed_writes_nothing()
    {
        await LoadAsync();
        _rig.AssertHolds();
        var restores = _rig.Rules.Restores;
        _rig.Restart();
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync())));
        Assert.Equal(restores, _rig.Rules.Restores);
        Assert.Equal((SyncKind.Full, 0, 0), (_rig.Last.Kind, _rig.Last.Result.Batches, _rig.Last.Result.Findings.Count));
    }

    [Fact]
    public async Task A_change_sends_what_its_Service_has_and_reads_nothing()
    {
        await LoadAsync();
        var (reads, saves) = (_rig.Kernel.Reads, _rig.Rules.Saves);
        _rig.Put(1, ServiceType.ClusterIP, endpoints: [1, 3, 5]);
        var steps = await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync()));
        var step = Assert.IsType<IpvsStep.AddReal>(Assert.Single(steps));
        Assert.Equal(("tcp 172.30.0.2:80", "10.0.1.6:8080"), (step.Key.ToString(), step.Real.ToString()));
        Assert.Equal((reads, saves, 1), (_rig.Kernel.Reads, _rig.Rules.Saves, _rig.Last.Result.Batches));
        _rig.AssertHolds();
    }

    [Fact]
    public async Task An_endpoint_that_goes_drains_and_is_removed_when_its_last_connection_has_ended()
    {
        await LoadAsync();
        _rig.Put(1, ServiceType.ClusterIP, endpoints: [3]);
        Assert.True(await _rig.SyncAsync());
        var (key, real) = Assert.Single(DrainingServers());
        Assert.Equal((1, "10.0.1.2:8080"), (_rig.Family.Draining, real.ToString()));
        _rig.Kernel.Connections[(key, real)] = 2;
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.Null(await _rig.Family.RemoveDrainedAsync())));

        // A new process knows it by its weight.
        _rig.Restart();
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync())));
        Assert.Equal(1, _rig.Family.Draining);
        _rig.Kernel.Connections.Clear();
        var steps = await _rig.StepsOfAsync(async () => Assert.Null(await _rig.Family.RemoveDrainedAsync()));
        Assert.Equal(new IpvsStep.RemoveReal(key, real), Assert.Single(steps));
        Assert.Equal(0, _rig.Family.Draining);
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync(audits: true))));
    }

    [Fact]
    public async Task An_endpoint_that_comes_back_while_it_drains_serves_again()
    {
        await LoadAsync();
        _rig.Put(1, ServiceType.ClusterIP, endpoints: [3]);
        Assert.True(await _rig.SyncAsync());
        _rig.Put(1, ServiceType.ClusterIP, endpoints: [1, 3]);
        var steps = await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync()));
        Assert.Equal(1, Assert.IsType<IpvsStep.EditReal>(Assert.Single(steps)).Real.Weight);
        Assert.Equal(0, _rig.Family.Draining);
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.Null(await _rig.Family.RemoveDrainedAsync())));
    }

    [Fact]
    public async Task What_cannot_be_asked_of_its_connections_stays_and_is_told()
    {
        await LoadAsync();
        _rig.Put(1, ServiceType.ClusterIP, endpoints: [3]);
        Assert.True(await _rig.SyncAsync());
        _rig.Kernel.CannotRead = true;
        Assert.Equal("cannot read", await _rig.Family.RemoveDrainedAsync());
        Assert.Equal(1, _rig.Family.Draining);
    }

    [Fact]
    public async Task A_Service_that_the_kernel_refuses_is_named_and_holds_up_no_other()
    {
        _rig.Kernel.Refuses = step => step is IpvsStep.AddServer { Server.Key: VirtualServerKey.Address { IP: var ip } } && ip == NetAddress.Parse("172.30.0.3");
        Put(1, 2, 3);
        Assert.False(await _rig.SyncAsync());
        Assert.True(await _rig.SyncAsync());
        Assert.Equal(TestCluster.NameOf(2), Assert.Single(_rig.Last.Refused).Service);
        _rig.AssertHolds(TestCluster.NameOf(2));

        // And is tried again with every audit.
        _rig.Kernel.Refuses = _ => false;
        Assert.True(await _rig.SyncAsync(audits: true));
        Assert.Equal(TestCluster.NameOf(2), Assert.Single(_rig.Last.Accepted));
        _rig.AssertHolds();
    }

    [Fact]
    public async Task After_a_fault_in_the_middle_of_a_change_a_comparison_mends()
    {
        await LoadAsync();
        for (var fault = 0; fault < 12; fault++)
        {
            var left = fault;
            _rig.Kernel.Fails = () => left-- == 0;
            _rig.Put(4 + fault, ServiceType.LoadBalancer, endpoints: [0, 1]);
            Assert.False(await _rig.SyncAsync());
            Assert.Equal(WriteStatus.Failed, _rig.Last.Result.Status);
            _rig.Kernel.Fails = () => false;
            Assert.True(await _rig.SyncAsync());
            Assert.Equal(SyncKind.Full, _rig.Last.Kind);
            _rig.AssertHolds();
        }
    }

    [Fact]
    public async Task What_others_changed_is_found_by_an_audit_and_only_that_is_mended()
    {
        await LoadAsync();
        var server = _rig.Kernel.Model.Servers.Servers[0];
        var set = _rig.Kernel.Model.Sets.Find("KUBE-CLUSTER-IP")!;
        IpvsStep[] damages =
        [
            new IpvsStep.RemoveReal(server.Key, server.RealServers[0]),
            new IpvsStep.RemoveAddress(_rig.Kernel.Model.Addresses[0]),
            new IpvsStep.RemoveEntry(set, set.Entries[0]),
        ];
        foreach (var damage in damages)
        {
            _rig.Kernel.Damage(model => model.Apply(damage));
            var steps = await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync(audits: true)));
            Assert.Single(steps);
            Assert.Single(_rig.Last.Result.Findings);
            Assert.Equal(SyncKind.Audit, _rig.Last.Kind);
            _rig.AssertHolds();
        }

        _rig.Rules.Change("mangle", table => table with { Chains = table.Chains.SetItem("SLUICE-FIREWALL", []) });
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync(audits: true))));
        Assert.Single(_rig.Last.Result.Findings);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task An_audit_that_finds_nothing_writes_nothing_and_reads_no_rules_where_the_kernel_counts_changes()
    {
        await LoadAsync();
        Assert.True(await _rig.SyncAsync(audits: true));
        var (reads, saves) = (_rig.Kernel.Reads, _rig.Rules.Saves);
        Assert.Empty(await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync(audits: true))));
        Assert.Equal((reads, saves), (_rig.Kernel.Reads, _rig.Rules.Saves));
    }

    [Fact]
    public async Task A_change_while_an_audit_reads_is_no_foreign_one()
    {
        await LoadAsync();
        _rig.Kernel.OnSurvey = () =>
        {
            _rig.Kernel.OnSurvey = () => { };
            _rig.Put(1, ServiceType.ClusterIP, endpoints: [1, 3, 5]);
            Assert.True(_rig.SyncOnceAsync().GetAwaiter().GetResult());
        };
        var steps = await _rig.StepsOfAsync(async () => Assert.True(await _rig.SyncAsync(audits: true)));
        Assert.IsType<IpvsStep.AddReal>(Assert.Single(steps));
        Assert.Empty(_rig.Last.Result.Findings);
        _rig.AssertHolds();
    }

    [Fact]
    public async Task Rules_come_before_virtual_servers_but_after_them_where_rules_of_iptables_mode_route()
    {
        var servers = new List<int>();
        _rig.Rules.OnRestore = () =>
        {
            servers.Add(_rig.Kernel.Model.Servers.Servers.Count);
            return Task.CompletedTask;
        };
        await LoadAsync();
        Assert.Equal(0, Assert.Single(servers));

        var rig = new IpvsWorkerRig();
        rig.Rules.Change("nat", table => table with { Chains = table.Chains.SetItem("KUBE-SVC-AAAAAAAAAAAAAAAA", ["-j RETURN"]) });
        rig.Rules.OnRestore = () =>
        {
            Assert.NotEmpty(rig.Kernel.Model.Addresses);
            Assert.Equal(3, rig.Kernel.Model.Servers.Servers.Count);
            return Task.CompletedTask;
        };
        Enumerable.Range(1, 3).ToList().ForEach(s => rig.Put(s, ServiceType.ClusterIP, endpoints: [1, 3]));
        Assert.True(await rig.SyncAsync());
        rig.AssertHolds();
        Assert.Equal(1, rig.Rules.Restores);
    }

    [Fact]
    public async Task A_stop_ends_a_load_between_two_batches_and_the_next_start_goes_on()
    {
        using var stop = new CancellationTokenSource();
        _rig.Rules.OnRestore = stop.CancelAsync;
        Put(1, 2, 3);
        await _rig.Worker.SyncAsync(audits: false, stop.Token);
        Assert.Equal(WriteStatus.Stopped, _rig.Last.Result.Status);
        Assert.Empty(_rig.Kernel.Model.Servers.Servers);
        _rig.Rules.OnRestore = () => Task.CompletedTask;
        _rig.Restart();
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_read_is_tried_again()
    {
        _rig.Kernel.CannotRead = true;
        Put(1);
        Assert.False(await _rig.SyncAsync());
        Assert.Equal("cannot read", _rig.Last.Result.Problem);
        _rig.Kernel.CannotRead = false;
        Assert.True(await _rig.SyncAsync());
        _rig.AssertHolds();
    }

    private async Task LoadAsync()
    {
        Put(1, 2, 3);
        Assert.True(await _rig.SyncAsync());
    }

    private void Put(params int[] services)
    {
        foreach (var service in services)
        {
            _rig.Put(service, ServiceType.ClusterIP, endpoints: [1, 3]);
        }
    }

    private IEnumerable<(VirtualServerKey Key, RealServer Real)> DrainingServers() =>
        _rig.Kernel.Model.Servers.Servers.SelectMany(s => s.RealServers.Where(r => r.Weight == 0).Select(r => (s.Key, r)));
}
