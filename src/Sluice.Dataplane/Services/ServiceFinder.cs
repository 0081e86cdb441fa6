using Sluice.Netfilter.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Services;

/// <summary>Finds the Services that a node's rules serve.</summary>
public static class ServiceFinder
{
    /// <summary>All Services of the ruleset, in the order in which its rules name them; IPv4 first.</summary>
    public static IReadOnlyList<ServiceInfo> FindAll(Ruleset ruleset) => throw new NotSupportedException("not yet");

    /// <summary>
    /// The addresses that <c>namespace/service[:port]</c> may mean, best first: ClusterIP before LoadBalancer, ExternalIP and
    /// NodePort; the port is a name or a number. Without a namespace, <c>default</c> is tried.
    /// </summary>
    public static IReadOnlyList<ServiceCandidate> Find(IEnumerable<ServiceInfo> services, string name, IPFamily? family = null, L4Protocol? protocol = null) =>
        throw new NotSupportedException("not yet");
}

/// <summary>An address that a Service's name may stand for.</summary>
/// <param name="Service">The Service.</param>
/// <param name="Address">The address.</param>
public sealed record ServiceCandidate(ServiceInfo Service, ServiceAddress Address);
