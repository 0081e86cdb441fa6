using Sluice.Kubernetes.Objects;

namespace Sluice.Kubernetes.Api.Reading;

/// <summary>An object of a list or a watch.</summary>
/// <param name="Name">Its namespace and name; null when not even they can be read.</param>
/// <param name="Version">Its version.</param>
/// <param name="Object">The object; null when it cannot be read.</param>
/// <param name="Problem">Why it cannot; one line that names it.</param>
internal readonly record struct ListedObject(ObjectName? Name, ResourceVersion Version, ClusterObject? Object, string? Problem);
