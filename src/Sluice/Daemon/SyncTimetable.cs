namespace Sluice.Daemon;

/// <summary>
/// When the next sync of a family is due. It is told the time and never asks for it: any clock that only goes forward.
/// <list type="bullet">
/// <item>The first request after idle is due at once.</item>
/// <item>No sync starts sooner than the minimum period after the start of the last; requests meanwhile are one.</item>
/// <item>After a failure the next try is due by itself, later after each failure, at the latest after the audit period.</item>
/// <item>An audit is due one audit period after the last comparison with the kernel, however many changes come meanwhile. Where a
/// comparison takes long (many seconds for 100,000 chains), later: at most a quarter of the time goes into audits.</item>
/// </list>
/// </summary>
internal sealed class SyncTimetable(SyncPeriods periods)
{
    private const int RestPerAudit = 3;

    private static readonly TimeSpan s_firstRetry = TimeSpan.FromSeconds(1);

    private TimeSpan? _lastStart;
    private TimeSpan? _retryAt;
    private TimeSpan? _auditAt;
    private bool _isAudit;
    private int _failures;

    /// <summary>Whether a request waits for its sync.</summary>
    public bool IsRequested { get; private set; }

    /// <summary>When the next sync may start: a time that is past means now; null that there is nothing to do until a request.</summary>
    public TimeSpan? NextStart
    {
        get
        {
            var due = IsRequested ? TimeSpan.Zero : Earlier(_retryAt, _auditAt);
            return due is { } wanted && _lastStart + periods.Minimum is { } allowed && allowed > wanted ? allowed : due;
        }
    }

    /// <summary>Something has changed.</summary>
    public void Request() => IsRequested = true;

    /// <summary>A sync starts. It takes all requests so far.</summary>
    /// <returns>Whether an audit is due with it.</returns>
    public bool Start(TimeSpan now)
    {
        IsRequested = false;
        _retryAt = null;
        _lastStart = now;
        return _isAudit = _auditAt <= now;
    }

    /// <summary>The sync that started last has ended.</summary>
    public void End(TimeSpan now, SyncOutcome outcome)
    {
        if (!outcome.Succeeded)
        {
            // The retry compares with the kernel anyway.
            _auditAt = null;
            _retryAt = now + Wait(_failures++);
            return;
        }

        _failures = 0;
        if (outcome.Compared || _auditAt is null)
        {
            var rested = now + (RestPerAudit * (now - _lastStart!.Value));
            _auditAt = _isAudit && rested > _lastStart + periods.Audit ? rested : _lastStart + periods.Audit;
        }
    }

    // 1, 2, 4 ... seconds.
    private TimeSpan Wait(int failures) =>
        failures < 16 && s_firstRetry * (1 << failures) is var wait && wait < periods.Audit ? wait : periods.Audit;

    private static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null || b < a ? b : a;
}
