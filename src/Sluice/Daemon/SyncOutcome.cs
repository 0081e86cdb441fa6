namespace Sluice.Daemon;

/// <summary>How a sync ended.</summary>
/// <param name="Succeeded">Whether the kernel now holds what is wanted; else it is tried again.</param>
/// <param name="Compared">Whether the kernel was compared with what it should hold, so that no audit is due soon.</param>
internal readonly record struct SyncOutcome(bool Succeeded, bool Compared);
