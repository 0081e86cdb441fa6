namespace Sluice.Daemon.Health;

/// <summary>How the proxy stands at one moment.</summary>
/// <param name="Now">The moment.</param>
/// <param name="IsComplete">Whether the source has reported everything once.</param>
/// <param name="IsNodeEligible">Whether the node is there and not about to be deleted.</param>
/// <param name="Families">The families.</param>
internal sealed record HealthReport(DateTimeOffset Now, bool IsComplete, bool IsNodeEligible, IReadOnlyList<FamilyHealth> Families)
{
    /// <summary>Whether no family has a change that waits for too long.</summary>
    public bool IsHealthy => Families.All(f => f.IsHealthy);

    /// <summary>The latest of the families' <see cref="FamilyHealth.LastUpdated"/>; the least date there is before that.</summary>
    public DateTimeOffset LastUpdated => Families.Max(f => f.LastUpdated) ?? DateTimeOffset.MinValue;

    /// <summary>What must come to pass before the proxy routes as wanted, one line each; empty when nothing.</summary>
    public IReadOnlyList<string> Missing =>
    [
        .. IsComplete ? [] : (string[])["not everything in the cluster is known yet"],
        .. Families.Where(f => !f.IsServed).Select(f => $"the rules for {f.Family} are not in place yet"),
    ];
}
