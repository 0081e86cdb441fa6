namespace Sluice.Kubernetes.Objects;

/// <summary>An object of the Kubernetes API, reduced to the fields that something here reads.</summary>
/// <param name="Name">Its namespace and name.</param>
public abstract record ClusterObject(ObjectName Name);
