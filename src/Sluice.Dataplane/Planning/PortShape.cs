using System.Diagnostics;
using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Planning;

/// <summary>Which rules a Service port needs at all.</summary>
internal static class PortShape
{
    /// <summary>Whether there are endpoints for what comes to the cluster address.</summary>
    public static bool HasInternal(PortIntent port) => port.Endpoints.HasAny && (!port.InternalPolicyLocal || port.Endpoints.Local.Count > 0);

    /// <summary>Whether there are endpoints for what comes from outside.</summary>
    public static bool HasExternal(PortIntent port) => port.Endpoints.HasAny && (!port.ExternalPolicyLocal || port.Endpoints.Local.Count > 0);

    /// <summary>Whether clients of its load-balancer addresses are checked.</summary>
    public static bool HasFirewall(PortIntent port) => port.Endpoints.HasAny && port.LoadBalancerIPs.Count > 0 && port.SourceRanges.Count > 0;

    /// <summary>Whether it has a chain of a kind, endpoints' aside.</summary>
    public static bool Has(PortIntent port, ServiceChainKind kind) => port.Endpoints.HasAny && kind switch
    {
        ServiceChainKind.Firewall => HasFirewall(port),
        ServiceChainKind.External => port.IsExternallyAccessible,
        ServiceChainKind.Cluster => port.UsesClusterEndpoints && port.Endpoints.Cluster.Count > 0,
        ServiceChainKind.Local => port.UsesLocalEndpoints && port.Endpoints.Local.Count > 0,
        _ => throw new UnreachableException(),
    };
}
