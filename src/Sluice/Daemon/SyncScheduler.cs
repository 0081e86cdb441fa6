namespace Sluice.Daemon;

/// <summary>Runs the syncs of one family, one after the other, when <see cref="SyncTimetable"/> says so.</summary>
/// <param name="periods">How often.</param>
/// <param name="time">The clock.</param>
/// <param name="sync">One sync; the flag asks for an audit as well. It does not throw, except for cancellation.</param>
internal sealed class SyncScheduler(SyncPeriods periods, TimeProvider time, Func<bool, CancellationToken, Task<SyncOutcome>> sync)
{
    private readonly Lock _gate = new();
    private readonly SyncTimetable _timetable = new(periods);
    private readonly long _origin = time.GetTimestamp();
    private TaskCompletionSource? _sleeper;

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Something has changed: a sync will start as soon as the periods allow. Cheap, and safe from any thread.</summary>
    public void Request()
    {
        TaskCompletionSource? sleeper;
        lock (_gate)
        {
            if (_timetable.IsRequested)
            {
                return;
            }

            _timetable.Request();
            sleeper = _sleeper;
        }

        _ = sleeper?.TrySetResult();
    }

    /// <summary>Runs syncs until cancelled; a sync that has started is waited for. Returns, never throws, when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await WaitAsync(cancellationToken))
        {
            bool audits;
            lock (_gate)
            {
                audits = _timetable.Start(Now);
            }

            var outcome = await sync(audits, cancellationToken);
            lock (_gate)
            {
                _timetable.End(Now, outcome);
            }
        }
    }

    /// <summary>Waits until a sync is due; false when cancelled.</summary>
    private async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan? wait;
            TaskCompletionSource sleeper;
            lock (_gate)
            {
                wait = _timetable.NextStart - Now;
                if (wait <= TimeSpan.Zero)
                {
                    return true;
                }

                _sleeper = sleeper = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            using var alarm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

            // Delays are cut to whole milliseconds: rounded up, none ends just before its time.
            var delay = wait is { } finite ? TimeSpan.FromMilliseconds(Math.Ceiling(finite.TotalMilliseconds)) : Timeout.InfiniteTimeSpan;
            _ = await Task.WhenAny(sleeper.Task, Task.Delay(delay, time, alarm.Token));
            await alarm.CancelAsync();
        }

        return false;
    }
}
