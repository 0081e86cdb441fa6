using Sluice.Kubernetes.Intent;

namespace Sluice.Dataplane.Comparing;

/// <summary>What a cluster's Services are like, in numbers: how many, and how many of each kind.</summary>
/// <param name="Services">Services with ports on the node.</param>
/// <param name="Ports">Their ports.</param>
/// <param name="Endpoints">The endpoints of all ports together, usable or not.</param>
public sealed record ClusterShape(int Services, int Ports, int Endpoints)
{
    /// <summary>Services with node ports.</summary>
    public int WithNodePorts { get; init; }

    /// <summary>Services with load-balancer addresses.</summary>
    public int WithLoadBalancers { get; init; }

    /// <summary>Services with external addresses.</summary>
    public int WithExternalIPs { get; init; }

    /// <summary>Services that remember their clients.</summary>
    public int WithAffinity { get; init; }

    /// <summary>Services with a policy of Local for traffic of either kind.</summary>
    public int WithLocalPolicy { get; init; }

    /// <summary>Endpoints of a Service at the mean, over all its ports; 0 without Services.</summary>
    public double EndpointsPerService => Services == 0 ? 0 : (double)Endpoints / Services;

    /// <summary>The shape of a cluster, as one node sees it in one family.</summary>
    public static ClusterShape Of(ServiceIntent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        return new ClusterShape(intent.ServiceCount, intent.Ports.Count(), intent.EndpointCount)
        {
            WithNodePorts = Count(intent, p => p.NodePort != 0),
            WithLoadBalancers = Count(intent, p => p.LoadBalancerIPs.Count > 0),
            WithExternalIPs = Count(intent, p => p.ExternalIPs.Count > 0),
            WithAffinity = Count(intent, p => p.AffinitySeconds is not null),
            WithLocalPolicy = Count(intent, p => p.InternalPolicyLocal || p.ExternalPolicyLocal),
        };
    }

    private static int Count(ServiceIntent intent, Func<PortIntent, bool> has) => intent.Services.Count(s => s.Value.Any(has));
}
