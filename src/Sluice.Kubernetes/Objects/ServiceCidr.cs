using Sluice.Net;

namespace Sluice.Kubernetes.Objects;

/// <summary>A networking.k8s.io/v1 ServiceCIDR: where cluster addresses are taken from.</summary>
/// <param name="Name">Its name.</param>
public sealed record ServiceCidr(ObjectName Name) : ClusterObject(Name)
{
    /// <summary><c>spec.cidrs</c>.</summary>
    public EquatableArray<Prefix> Cidrs { get; init; }
}
