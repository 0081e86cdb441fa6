using System.Diagnostics;

namespace Sluice.Kubernetes.Objects;

/// <summary>What tells one object of a cluster from all others.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its namespace and name.</param>
public readonly record struct ObjectKey(ObjectKind Kind, ObjectName Name)
{
    /// <summary>The key of an object.</summary>
    public static ObjectKey Of(ClusterObject item) => new(
        item switch
        {
            Service => ObjectKind.Service,
            EndpointSlice => ObjectKind.EndpointSlice,
            Node => ObjectKind.Node,
            ServiceCidr => ObjectKind.ServiceCidr,
            Pod => ObjectKind.Pod,
            _ => throw new UnreachableException(),
        },
        item.Name);

    /// <summary><c>Service default/web</c>, the kind spelled as the API does.</summary>
    public override string ToString() => $"{(Kind == ObjectKind.ServiceCidr ? "ServiceCIDR" : Kind.ToString())} {Name}";
}
