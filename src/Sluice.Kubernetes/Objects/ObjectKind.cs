namespace Sluice.Kubernetes.Objects;

/// <summary>The kinds of API objects that something here reads.</summary>
public enum ObjectKind
{
    /// <summary>A v1 Service.</summary>
    Service,

    /// <summary>A discovery.k8s.io EndpointSlice.</summary>
    EndpointSlice,

    /// <summary>A v1 Node.</summary>
    Node,

    /// <summary>A networking.k8s.io ServiceCIDR.</summary>
    ServiceCidr,

    /// <summary>A v1 Pod.</summary>
    Pod,
}
