using Sluice.Daemon;

namespace Sluice.Tests.Daemon;

/// <summary>Plays requests against a timetable, event by event, as a loop with one sync at a time would.</summary>
internal sealed class Timeline(SyncPeriods periods)
{
    private readonly SyncTimetable _timetable = new(periods);

    /// <summary>How long the n-th sync takes.</summary>
    public Func<int, TimeSpan> Duration { get; init; } = _ => TimeSpan.Zero;

    /// <summary>Whether the n-th sync works.</summary>
    public Func<int, bool> Succeeds { get; init; } = _ => true;

    /// <summary>The syncs between the start and <paramref name="end"/>, given when requests come.</summary>
    public List<Run> Play(IReadOnlyList<TimeSpan> requests, TimeSpan end)
    {
        var runs = new List<Run>();
        var next = 0;
        var now = TimeSpan.Zero;
        var needsComparison = true;
        while (now <= end)
        {
            // What comes first: a request, or the start of a sync.
            var start = _timetable.NextStart is { } due ? (due > now ? due : now) : TimeSpan.MaxValue;
            if (next < requests.Count && requests[next] <= start)
            {
                now = requests[next] > now ? requests[next] : now;
                next++;
                _timetable.Request();
                continue;
            }

            if (start > end)
            {
                break;
            }

            now = start;
            var audits = _timetable.Start(now);
            var stop = now + Duration(runs.Count);
            for (; next < requests.Count && requests[next] <= stop && requests[next] > now; next++)
            {
                _timetable.Request();
            }

            var succeeded = Succeeds(runs.Count);
            var compared = audits || needsComparison;
            needsComparison = !succeeded;
            _timetable.End(stop, new SyncOutcome(succeeded, compared));
            runs.Add(new Run(now, stop, audits, succeeded, compared));
            now = stop;
        }

        return runs;
    }

    /// <summary>One sync.</summary>
    public sealed record Run(TimeSpan Start, TimeSpan End, bool Audits, bool Succeeded, bool Compared);
}
