namespace Sluice.Kubernetes.Objects;

/// <summary>The namespace and name of an object; the namespace is empty for objects of the whole cluster.</summary>
/// <param name="Namespace">The namespace, or empty.</param>
/// <param name="Name">The name within it.</param>
public readonly record struct ObjectName(string Namespace, string Name) : IComparable<ObjectName>
{
    /// <inheritdoc/>
    public int CompareTo(ObjectName other) =>
        string.CompareOrdinal(Namespace, other.Namespace) is var order and not 0 ? order : string.CompareOrdinal(Name, other.Name);

    /// <summary><c>namespace/name</c>, or the name alone.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
