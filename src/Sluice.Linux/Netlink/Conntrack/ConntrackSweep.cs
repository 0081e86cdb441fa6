namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>What came of going through the flows.</summary>
/// <param name="Looked">How many were looked at; one may count twice where the table changed meanwhile.</param>
/// <param name="Deleted">How many were deleted; those that ended by themselves meanwhile are not counted.</param>
/// <param name="Problem">Why not all was done, in one sentence; null when it was.</param>
public readonly record struct ConntrackSweep(long Looked, long Deleted, string? Problem);
