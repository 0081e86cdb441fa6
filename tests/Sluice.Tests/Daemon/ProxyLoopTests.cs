using System.Threading.Channels;
using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class ProxyLoopTests
{
    private static readonly NodeProfile s_node = new() { Name = "node" };

    private readonly FakeSource _source = new();
    private readonly TestCluster _cluster = new();
    private readonly StringWriter _log = new();
    private readonly ManualTime _time = new();
    private readonly Dictionary<IPFamily, FakeKernel> _kernels = new() { [IPFamily.IPv4] = new(), [IPFamily.IPv6] = new() };
    private readonly Dictionary<IPFamily, Channel<SyncReport>> _reports = new()
    {
        [IPFamily.IPv4] = Channel.CreateUnbounded<SyncReport>(),
        [IPFamily.IPv6] = Channel.CreateUnbounded<SyncReport>(),
    };

    [Fact]
    public async Task Nothing_is_written_before_the_source_has_reported_everything()
    {
        await Running(async () =>
        {
            var all = _cluster.Put(1, endpoints: [0]);
            _source.Report([all[0]], isComplete: false);
            _source.Report([all[1]]);
            var first = await ReportAsync(IPFamily.IPv4);

            // Half of it in the kernel would have been a batch of its own.
            Assert.Equal((1, 1), (first.Services, first.Endpoints));
            Assert.Equal(SyncKind.Full, first.Kind);
        });
    }

    [Fact]
    public async Task A_complete_but_empty_cluster_gets_its_shared_chains()
    {
        await Running(async () =>
        {
            _source.Report([]);
            await ReportAsync(IPFamily.IPv4);
            await ReportAsync(IPFamily.IPv6);
            Assert.True(_kernels[IPFamily.IPv4]["nat"].Chains.ContainsKey("KUBE-SERVICES"));
            Assert.True(_kernels[IPFamily.IPv6]["nat"].Chains.ContainsKey("KUBE-SERVICES"));
        });
    }

    [Fact]
    public async Task A_family_that_hangs_does_not_hold_up_the_other()
    {
        var release = new TaskCompletionSource();
        _kernels[IPFamily.IPv6].OnRestore = () => release.Task;
        await Running(async () =>
        {
            _source.Report(_cluster.Put(1, endpoints: [0]));
            Assert.Equal(WriteStatus.Done, (await ReportAsync(IPFamily.IPv4)).Result.Status);
            _source.Report(_cluster.Put(1, endpoints: [0, 1]));
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
            Assert.Equal(2, (await ReportAsync(IPFamily.IPv4)).Endpoints);
            release.SetResult();
            await ReportAsync(IPFamily.IPv6);
        });
    }

    [Fact]
    public async Task A_fault_inside_a_sync_is_told_and_tried_again()
    {
        var broken = true;
        await Running(
            async () =>
            {
                _source.Report(_cluster.Put(1, endpoints: [0]));
                var report = await ReportAsync(IPFamily.IPv4);
                Assert.Equal(WriteStatus.Failed, report.Result.Status);
                Assert.Contains("no address", report.Result.Problem, StringComparison.Ordinal);
                broken = false;
                await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
                Assert.Equal(WriteStatus.Done, (await ReportAsync(IPFamily.IPv4)).Result.Status);
            },
            () => broken ? throw new InvalidOperationException("no address") : s_node);
    }

    [Fact]
    public async Task A_problem_of_the_source_is_told_once_and_again_when_it_is_back()
    {
        const string Problem = "a.yaml:3: cut off";
        await Running(async () =>
        {
            _source.Report([], isComplete: false, Problem);
            _source.Report([], isComplete: false, Problem);
            _source.Report(_cluster.Put(1, endpoints: [0]), problem: Problem);
            _source.Report([]);
            _source.Report([], problem: Problem);
            await _source.EndAsync();
        });
        Assert.Collection(
            _log.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.Contains("problem=\"a.yaml:3: cut off\"", line, StringComparison.Ordinal),
            line => Assert.Contains("nothing is written", line, StringComparison.Ordinal),
            line => Assert.Contains("problem=\"a.yaml:3: cut off\"", line, StringComparison.Ordinal));
    }

    private async Task Running(Func<Task> test, Func<NodeProfile>? profile = null)
    {
        var desired = new DesiredState("node", _ => (profile ?? (() => s_node))(), [.. _kernels.Keys]);
        var workers = _kernels.Select(k => new FamilyWorker(
            desired,
            new IptablesKernel(k.Value, new IptablesPlanOptions(k.Key), new OwnWrites()),
            SyncPeriods.Iptables,
            _time,
            report => Assert.True(_reports[report.Family].Writer.TryWrite(report)))).ToList();
        using var stop = new CancellationTokenSource();
        var loop = new ProxyLoop(_source, desired, workers, new EventLog(_log, _time, 0)).RunAsync(stop.Token);
        try
        {
            await test();
        }
        finally
        {
            await stop.CancelAsync();
            await loop.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private Task<SyncReport> ReportAsync(IPFamily family) => _reports[family].Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
        .WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
}
