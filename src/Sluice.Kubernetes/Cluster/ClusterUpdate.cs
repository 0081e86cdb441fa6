namespace Sluice.Kubernetes.Cluster;

/// <summary>Changes that a source hands over together.</summary>
/// <param name="Changes">The changes, oldest first.</param>
/// <param name="IsComplete">
/// Whether everything there is has now been reported at least once. Nothing may be written to a kernel before: what is not yet
/// known would be removed.
/// </param>
/// <param name="Problem">One line about what could not be read and what was kept instead; null when all is well.</param>
public sealed record ClusterUpdate(IReadOnlyList<ClusterChange> Changes, bool IsComplete, string? Problem = null)
{
    /// <summary>One line about how it goes, when nothing is wrong; null for none.</summary>
    public string? Note { get; init; }
}
