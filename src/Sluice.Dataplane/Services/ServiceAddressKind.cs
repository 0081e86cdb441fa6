namespace Sluice.Dataplane.Services;

/// <summary>What an address of a Service is to its clients.</summary>
public enum ServiceAddressKind
{
    /// <summary>The virtual address inside the cluster.</summary>
    ClusterIP,

    /// <summary>A port on the nodes' own addresses.</summary>
    NodePort,

    /// <summary>An address that a load balancer outside the cluster gave out.</summary>
    LoadBalancer,

    /// <summary>One of <c>spec.externalIPs</c>.</summary>
    ExternalIP,
}
