using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Manifests;

/// <summary>What was read from manifests.</summary>
/// <param name="Objects">The objects, in the order of the text; kinds that nothing here reads are left out.</param>
/// <param name="Problems">What could not be read, in the order of the text; an object in error does not take others with it.</param>
/// <param name="IsWhole">
/// Whether the text made sense to its end, so that an object that is neither read nor named in a problem is not in it. False for a
/// file that is cut, is empty, breaks the rules of its format, or could not be opened.
/// </param>
public sealed record ManifestContent(IReadOnlyList<ClusterObject> Objects, IReadOnlyList<ManifestProblem> Problems, bool IsWhole);
