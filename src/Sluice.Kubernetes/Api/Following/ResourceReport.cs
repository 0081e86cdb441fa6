using Sluice.Kubernetes.Cluster;

namespace Sluice.Kubernetes.Api.Following;

/// <summary>What following one resource brings.</summary>
/// <param name="Kind">Whose.</param>
/// <param name="Changes">The changes, oldest first.</param>
/// <param name="IsListed">Whether everything was listed at least once.</param>
/// <param name="Problem">One line; null when there is nothing new that is wrong.</param>
/// <param name="Note">One line about what is well; null when there is none.</param>
internal sealed record ResourceReport(
    Objects.ObjectKind Kind, IReadOnlyList<ClusterChange> Changes, bool IsListed, string? Problem = null, string? Note = null);
