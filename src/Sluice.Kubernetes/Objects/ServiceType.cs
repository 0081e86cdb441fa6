namespace Sluice.Kubernetes.Objects;

/// <summary>How a Service is published (<c>spec.type</c>).</summary>
public enum ServiceType
{
    /// <summary>On an address inside the cluster.</summary>
    ClusterIP,

    /// <summary>Also on a port of every node.</summary>
    NodePort,

    /// <summary>Also on the address of a load balancer outside.</summary>
    LoadBalancer,

    /// <summary>A DNS alias; no node routes it.</summary>
    ExternalName,
}
