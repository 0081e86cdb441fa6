using System.Threading.Channels;
using Sluice.Daemon;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class SyncSchedulerTests
{
    private static readonly SyncPeriods s_periods = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new();
    private readonly Channel<string> _runs = Channel.CreateUnbounded<string>();
    private Func<Task<bool>> _work = () => Task.FromResult(true);

    [Fact]
    public async Task Requests_from_many_threads_become_one_sync_a_period_later()
    {
        await Running(async scheduler =>
        {
            scheduler.Request();
            Assert.Equal("0", await RunAsync());
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(10));
            Assert.Equal("10 audit", await RunAsync());
            Parallel.For(0, 1000, _ => scheduler.Request());
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(11));
            Assert.Equal("11", await RunAsync());
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(20));
            Assert.Equal("20 audit", await RunAsync());
        });
    }

    [Fact]
    public async Task A_failure_is_tried_again_by_itself()
    {
        var failures = 2;
        _work = () => Task.FromResult(failures-- <= 0);
        await Running(async scheduler =>
        {
            scheduler.Request();
            Assert.Equal("0", await RunAsync());
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(1));
            Assert.Equal("1", await RunAsync());
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(3));
            Assert.Equal("3", await RunAsync());
            await _time.GoToTimerAtAsync(TimeSpan.FromSeconds(13));
            Assert.Equal("13 audit", await RunAsync());
        });
    }

    [Fact]
    public async Task A_sync_under_way_is_waited_for_when_the_loop_stops()
    {
        var finish = new TaskCompletionSource<bool>();
        _work = () => finish.Task;
        using var stop = new CancellationTokenSource();
        var scheduler = Scheduler();
        var loop = scheduler.RunAsync(stop.Token);
        scheduler.Request();
        Assert.Equal("0", await RunAsync());
        await stop.CancelAsync();
        Assert.False(loop.IsCompleted, "the loop left a sync behind");
        finish.SetResult(true);
        await loop.WaitAsync(s_patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stopping_an_idle_loop_ends_it_without_an_exception()
    {
        using var stop = new CancellationTokenSource();
        var loop = Scheduler().RunAsync(stop.Token);
        await stop.CancelAsync();
        await loop.WaitAsync(s_patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private SyncScheduler Scheduler() => new(s_periods, _time, async (audits, _) =>
    {
        await _runs.Writer.WriteAsync($"{Math.Round(_time.Now.TotalSeconds, 3)}{(audits ? " audit" : "")}");
        return new SyncOutcome(await _work(), Compared: audits);
    });

    private async Task Running(Func<SyncScheduler, Task> test)
    {
        using var stop = new CancellationTokenSource();
        var scheduler = Scheduler();
        var loop = scheduler.RunAsync(stop.Token);
        await test(scheduler);
        await stop.CancelAsync();
        await loop.WaitAsync(s_patience, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    private async Task<string> RunAsync() =>
        await _runs.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(s_patience, TimeProvider.System, TestContext.Current.CancellationToken);
}
