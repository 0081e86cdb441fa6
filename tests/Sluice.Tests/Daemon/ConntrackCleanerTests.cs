using System.Collections.Concurrent;
using Sluice.Daemon;
using Sluice.Kubernetes.Intent;
using Sluice.Linux.Netlink.Conntrack;
using Sluice.Net;
using Sluice.Tests.Conntrack;
using Xunit;

namespace Sluice.Tests.Daemon;

/// <summary>When flows are looked at, and what of.</summary>
public sealed class ConntrackCleanerTests : IAsyncDisposable
{
    private const string OfGone = "udp 10.244.1.9:4000 > 10.96.0.10:53 = 10.244.1.2:5353";

    private static readonly ServiceIntent s_before = FlowCluster.Intent(IPFamily.IPv4, FlowCluster.DnsEndpoints);
    private static readonly ServiceIntent s_after = FlowCluster.Intent(IPFamily.IPv4, FlowCluster.DnsEndpoints[1..]);

    private readonly ManualTime _time = new();
    private readonly ConcurrentQueue<ConntrackFilter> _sweeps = new();
    private readonly ConcurrentQueue<ConntrackReport> _reports = new();
    private readonly SemaphoreSlim _reported = new(0);
    private readonly ConntrackCleaner _cleaner;
    private TimeSpan _takes;
    private string? _problem;

    public ConntrackCleanerTests() =>
        _cleaner = new ConntrackCleaner([IPFamily.IPv4, IPFamily.IPv6], forgetsDeadTcp: true, Sweep, _time, report =>
        {
            _reports.Enqueue(report);
            _reported.Release();
        });

    public ValueTask DisposeAsync() => _cleaner.DisposeAsync();

    [Fact]
    public async Task All_is_looked_at_once_after_a_full_sync_and_only_what_changed_later()
    {
        Look(SyncKind.Full, new HeldRules(null, s_before, []));
        await ReportAsync();
        Assert.Equal(["udp", "tcp"], _sweeps.Select(s => s.Protocol.ToString()));
        Assert.Equal(0, _reports.Last().Sweep.Deleted);

        Look(SyncKind.Changes, new HeldRules(s_before, s_after, [FlowCluster.Dns]));
        await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
        await ReportAsync();
        Assert.Equal((4, 2, 0), (_sweeps.Count, _reports.Last().Sweep.Deleted, _cleaner.TotalsOf(IPFamily.IPv6).Cleanups));
        Assert.Equal(new ConntrackTotals(2, 0, 4, 2, TimeSpan.Zero), _cleaner.TotalsOf(IPFamily.IPv4));
    }

    [Fact]
    public async Task What_leaves_no_stale_flow_is_not_looked_at()
    {
        Look(SyncKind.Changes, new HeldRules(s_after, s_before, [FlowCluster.Dns]));
        Look(SyncKind.Changes, new HeldRules(s_before, s_before, [FlowCluster.Web]));
        Look(SyncKind.Audit, held: null);
        Look(SyncKind.Changes, new HeldRules(s_before, s_after, [FlowCluster.Dns]));
        await ReportAsync();
        Assert.Single(_reports);
    }

    [Fact]
    public async Task Changes_that_come_while_it_rests_are_one_look()
    {
        Look(SyncKind.Full, new HeldRules(null, s_before, []));
        await ReportAsync();
        for (var i = 0; i < 100; i++)
        {
            Look(SyncKind.Changes, new HeldRules(s_before, s_after, [FlowCluster.Dns]));
            Look(SyncKind.Changes, new HeldRules(s_after, s_before, [FlowCluster.Dns]));
        }

        await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
        await ReportAsync();
        Assert.Equal((2, 0L), (_reports.Count, _reports.Last().Sweep.Deleted));
    }

    [Fact]
    public async Task A_long_look_is_followed_by_three_times_its_rest()
    {
        _takes = TimeSpan.FromSeconds(2);
        Look(SyncKind.Full, new HeldRules(null, s_before, []));
        await ReportAsync();
        Look(SyncKind.Changes, new HeldRules(s_before, s_after, [FlowCluster.Dns]));
        Assert.Equal(TimeSpan.FromSeconds(4), _time.Now);
        await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(16));
        await ReportAsync();
    }

    [Fact]
    public async Task What_failed_is_tried_again_later_each_time_with_what_came_since()
    {
        _problem = "the list of tracked flows got no answer in time (EAGAIN)";
        Look(SyncKind.Changes, new HeldRules(s_before, s_after, [FlowCluster.Dns]));
        var due = TimeSpan.Zero;
        foreach (var rest in new[] { 1, 2, 4 })
        {
            await ReportAsync();
            Assert.Equal(_problem, _reports.Last().Sweep.Problem);
            due += TimeSpan.FromSeconds(rest);
            _problem = rest == 4 ? null : _problem;
            await _time.GoToTimerAtAsync(due);
        }

        await ReportAsync();
        Assert.Equal((2L, (string?)null), (_reports.Last().Sweep.Deleted, _reports.Last().Sweep.Problem));
        Assert.Equal(3, _cleaner.TotalsOf(IPFamily.IPv4).Failures);
    }

    private void Look(SyncKind kind, HeldRules? held) =>
        _cleaner.Look(new SyncReport(IPFamily.IPv4, kind, new WriteResult(WriteStatus.Done, 1)) { Held = held });

    private async Task ReportAsync() => Assert.True(await _reported.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));

    private ConntrackSweep Sweep(ConntrackFilter filter, ConntrackJudge isStale)
    {
        _sweeps.Enqueue(filter);
        _time.Advance(_takes);
        var flow = FlowCluster.Flow(OfGone) with { Protocol = filter.Protocol };
        return new ConntrackSweep(1, _problem is null && isStale(flow) ? 1 : 0, _problem);
    }
}
