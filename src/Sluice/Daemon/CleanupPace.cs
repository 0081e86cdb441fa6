namespace Sluice.Daemon;

/// <summary>
/// When the next clean-up of flows may start: at once after idle, then at most one each second, and so that clean-ups take at most a quarter
/// of the time of one core, however long one is: a table of a million flows is read in seconds. After a failure it waits longer each time.
/// </summary>
internal sealed class CleanupPace
{
    private const int MostFailures = 6;
    private const int Share = 4;

    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private int _failures;

    /// <summary>How long to rest after a clean-up.</summary>
    /// <param name="took">How long it took.</param>
    /// <param name="hasFailed">Whether it failed.</param>
    public TimeSpan RestAfter(TimeSpan took, bool hasFailed)
    {
        // 1, 2, 4 ... 64 seconds.
        _failures = hasFailed ? Math.Min(_failures + 1, MostFailures + 1) : 0;
        var retry = hasFailed ? s_period * (1 << (_failures - 1)) : TimeSpan.Zero;
        var period = s_period - took;
        var share = (Share - 1) * took;
        return new[] { retry, period, share }.Max();
    }
}
