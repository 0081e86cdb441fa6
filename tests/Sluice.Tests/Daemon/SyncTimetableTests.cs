using Sluice.Daemon;
using Xunit;

namespace Sluice.Tests.Daemon;

public sealed class SyncTimetableTests
{
    private static readonly SyncPeriods s_periods = new(Seconds(10), Seconds(1));

    [Fact]
    public void The_first_request_runs_at_once_and_later_ones_a_minimum_period_after_the_start_of_the_last() =>
        Assert.Equal("0 1 2", Starts(new Timeline(s_periods), [0, 0.5, 0.999, 1, 1.001], until: 9));

    [Fact]
    public void Requests_after_idle_run_at_once() =>
        Assert.Equal("0 5 7.5", Starts(new Timeline(s_periods), [0, 5, 7.5], until: 9));

    [Fact]
    public void Nothing_runs_before_the_first_request() =>
        Assert.Equal("3 13", Starts(new Timeline(s_periods), [3], until: 20));

    [Fact]
    public void The_minimum_counts_from_the_start_so_that_a_slow_sync_does_not_lengthen_the_cycle()
    {
        var timeline = new Timeline(s_periods) { Duration = _ => Seconds(2.84) };
        Assert.Equal("0 2.84 5.68", Starts(timeline, [0, 1, 3], until: 9));
    }

    [Fact]
    public void A_request_during_a_sync_runs_when_it_has_ended()
    {
        var timeline = new Timeline(s_periods) { Duration = n => n == 0 ? Seconds(3) : TimeSpan.Zero };
        Assert.Equal("0 3", Starts(timeline, [0, 2], until: 9));
    }

    [Fact]
    public void Without_a_minimum_period_every_request_runs_at_once() =>
        Assert.Equal("0 0.001 0.002 4", Starts(new Timeline(s_periods with { Minimum = TimeSpan.Zero }), [0, 0.001, 0.002, 4], until: 9));

    [Fact]
    public void An_audit_follows_an_audit_period_after_the_last_comparison_though_changes_come_all_the_time()
    {
        var requests = Enumerable.Range(0, 250).Select(i => i / 10.0).ToArray();
        var runs = new Timeline(s_periods).Play([.. requests.Select(Seconds)], Seconds(25));
        Assert.Equal("10 20", Text(runs.Where(r => r.Audits)));
        Assert.Equal(26, runs.Count);
    }

    [Fact]
    public void An_idle_loop_audits_every_audit_period() =>
        Assert.Equal("0 10 20 30", Starts(new Timeline(s_periods), [0], until: 35));

    [Fact]
    public void Audits_that_take_long_come_less_often_and_take_a_quarter_of_the_time()
    {
        var timeline = new Timeline(s_periods) { Duration = _ => Seconds(4) };
        Assert.Equal("0 10 26 42 58", Starts(timeline, [0], until: 60));
    }

    [Fact]
    public void A_request_soon_after_an_audit_waits_for_the_minimum_period() =>
        Assert.Equal("0 10 11", Starts(new Timeline(s_periods), [0, 10.001], until: 19));

    [Fact]
    public void A_failure_is_tried_again_later_each_time_and_at_the_latest_after_the_audit_period()
    {
        var timeline = new Timeline(s_periods) { Succeeds = n => n >= 7 };
        Assert.Equal("0 1 3 7 15 25 35 45 55", Starts(timeline, [0], until: 60));
    }

    [Fact]
    public void The_wait_starts_again_from_its_shortest_after_a_success()
    {
        var timeline = new Timeline(s_periods) { Succeeds = n => n is not (0 or 1 or 4) };
        Assert.Equal("0 1 3 13 20 21", Starts(timeline, [0, 20], until: 30));
    }

    [Fact]
    public void A_request_during_the_wait_runs_and_makes_the_retry_needless()
    {
        var timeline = new Timeline(s_periods) { Succeeds = n => n > 2 };
        Assert.Equal("0 1 3 4.5 14.5", Starts(timeline, [0, 4.5], until: 24));
    }

    [Fact]
    public void A_retry_keeps_the_minimum_period()
    {
        var timeline = new Timeline(new SyncPeriods(Seconds(10), Seconds(5))) { Succeeds = n => n > 0 };
        Assert.Equal("0 5 15", Starts(timeline, [0], until: 20));
    }

    [Fact]
    public void A_retry_wait_shorter_than_a_second_is_never_needed_but_an_audit_period_below_it_is_kept()
    {
        var timeline = new Timeline(new SyncPeriods(Seconds(0.2), TimeSpan.Zero)) { Succeeds = n => n > 1 };
        Assert.Equal("0 0.2 0.4 0.6 0.8", Starts(timeline, [0], until: 0.9));
    }

    [Fact]
    public void Whatever_happens_the_promises_hold()
    {
        for (var seed = 1; seed <= 500; seed++)
        {
            var random = new Random(seed);
            var periods = new SyncPeriods(Seconds(2 + random.Next(30)), Seconds(random.Next(4) * 0.5));
            var requests = Enumerable.Range(0, random.Next(1, 80)).Select(_ => Seconds(Math.Round(random.NextDouble() * 200, 3))).Order().ToList();
            var durations = Enumerable.Range(0, 4000).Select(_ => Seconds(Math.Round(random.NextDouble() * random.Next(3), 3))).ToList();
            var fails = Enumerable.Range(0, 4000).Select(_ => random.Next(4) == 0).ToList();
            var timeline = new Timeline(periods) { Duration = n => durations[n], Succeeds = n => !fails[n] };
            var runs = timeline.Play(requests, Seconds(300));
            var evidence = $"seed {seed}, {periods}\nrequests {string.Join(' ', requests.Select(r => r.TotalSeconds))}\nruns {string.Join(' ', runs)}";

            for (var i = 1; i < runs.Count; i++)
            {
                var (last, run) = (runs[i - 1], runs[i]);
                Assert.True(run.Start >= last.End, $"two at once\n{evidence}");
                Assert.True(run.Start >= last.Start + periods.Minimum, $"sooner than the minimum period\n{evidence}");
                Assert.True(last.Succeeded || run.Start <= Later(last.End + periods.Audit, last.Start + periods.Minimum), $"no retry\n{evidence}");
                Assert.True(
                    !last.Succeeded || run.Audits || requests.Exists(r => r > last.Start && r <= run.Start),
                    $"a sync that nothing asked for at {run.Start}\n{evidence}");
            }

            foreach (var request in requests)
            {
                var before = runs.LastOrDefault(r => r.Start < request);
                var due = before is null ? request : Later(request, Later(before.End, before.Start + periods.Minimum));
                Assert.True(runs.Exists(r => r.Start >= request && r.Start <= due), $"request at {request} not served by {due}\n{evidence}");
            }

            var compared = runs.Where(r => r is { Succeeded: true, Compared: true }).ToList();
            foreach (var (one, next) in compared.Zip(compared.Skip(1)))
            {
                // Put off only by the minimum period and by syncs under way or failing.
                var between = runs.Where(r => r.Start > one.Start && r.Start < next.Start).ToList();
                var due = Later(one.Start + periods.Audit, one.End + (3 * (one.End - one.Start)));
                Assert.True(
                    between.Exists(r => !r.Succeeded) || next.Start <= due + periods.Minimum + Seconds(3),
                    $"no audit between {one.Start} and {next.Start}\n{evidence}");
            }
        }
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromMilliseconds(seconds * 1000);

    private static TimeSpan Later(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static string Starts(Timeline timeline, double[] requests, double until) =>
        Text(timeline.Play([.. requests.Select(Seconds)], Seconds(until)));

    private static string Text(IEnumerable<Timeline.Run> runs) => string.Join(' ', runs.Select(r => r.Start.TotalSeconds));
}
