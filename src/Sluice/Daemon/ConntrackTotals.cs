namespace Sluice.Daemon;

/// <summary>What all clean-ups of a family's flows did since the start, to be counted.</summary>
/// <param name="Cleanups">How many there were.</param>
/// <param name="Failures">How many of them failed.</param>
/// <param name="Looked">How many flows were looked at.</param>
/// <param name="Deleted">How many flows were deleted.</param>
/// <param name="Duration">How long they took together.</param>
internal sealed record ConntrackTotals(long Cleanups, long Failures, long Looked, long Deleted, TimeSpan Duration)
{
    /// <summary>Before the first.</summary>
    public static ConntrackTotals None { get; } = new(0, 0, 0, 0, TimeSpan.Zero);

    /// <summary>With one more.</summary>
    public ConntrackTotals With(ConntrackReport report) => new(
        Cleanups + 1,
        Failures + (report.Sweep.Problem is null ? 0 : 1),
        Looked + report.Sweep.Looked,
        Deleted + report.Sweep.Deleted,
        Duration + report.Duration);
}
