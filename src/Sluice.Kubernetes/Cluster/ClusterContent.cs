using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Cluster;

/// <summary>A cluster as it is at one time.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Problems">One line for each that could not be read.</param>
public sealed record ClusterContent(IReadOnlyList<ClusterObject> Objects, IReadOnlyList<string> Problems);
