namespace Sluice.Kubernetes.Intent;

/// <summary>By which of its addresses a Service is asked for.</summary>
public enum DestinationKind
{
    /// <summary>Its address inside the cluster.</summary>
    ClusterIP,

    /// <summary>One of its <c>externalIPs</c>.</summary>
    ExternalIP,

    /// <summary>The address of its load balancer.</summary>
    LoadBalancerIP,

    /// <summary>An address of the node, with the Service's node port.</summary>
    NodePort,
}
