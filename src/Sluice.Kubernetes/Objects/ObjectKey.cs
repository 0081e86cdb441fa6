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

    /// <summary>An object of which no more is known than its name: what a deletion needs.</summary>
    public ClusterObject ToBare() => Kind switch
    {
        ObjectKind.Service => new Service(Name),
        ObjectKind.EndpointSlice => new EndpointSlice(Name),
        ObjectKind.Node => new Node(Name),
        ObjectKind.ServiceCidr => new ServiceCidr(Name),
        ObjectKind.Pod => new Pod(Name),
        _ => throw new UnreachableException(),
    };

    /// <summary><c>Service default/web</c>, the kind spelled as the API does.</summary>
    public override string ToString() => $"{(Kind == ObjectKind.ServiceCidr ? "ServiceCIDR" : Kind.ToString())} {Name}";
}
