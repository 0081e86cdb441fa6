using Sluice.Net;

namespace Sluice.Daemon.Health;

/// <summary>How the routing of one family stands.</summary>
/// <param name="Family">The family.</param>
/// <param name="LastUpdated">When its rules were last known to be as wanted, or its syncs began; null before that.</param>
/// <param name="IsHealthy">Whether no change waits for too long.</param>
/// <param name="IsServed">Whether all rules were in place once.</param>
internal sealed record FamilyHealth(IPFamily Family, DateTimeOffset? LastUpdated, bool IsHealthy, bool IsServed);
