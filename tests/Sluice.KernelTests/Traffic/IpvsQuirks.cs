using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;

namespace Sluice.KernelTests.Traffic;

/// <summary>Where IPVS mode does other than Kubernetes means: a virtual server has the same endpoints for all clients.</summary>
internal static class IpvsQuirks
{
    /// <summary>What the kernel does instead, and why; null where it does what is meant.</summary>
    public static (RouteAnswer? Answer, string Why)? Of(TrafficFlow flow, RouteAnswer meant, LabCluster lab)
    {
        if (flow.Kind != "cluster IP" && flow.Service.ExternalTrafficPolicy == TrafficPolicy.Local && meant is RouteAnswer.Forwarded forwarded)
        {
            var own = lab.Node.Pods.Append(lab.Node.Machine).SelectMany(m => m.Addresses).ToHashSet();
            var local = forwarded.Choices.Where(c => own.Contains(c.Endpoint.Address)).ToList();
            if (local.Count > 0 && local.Count < forwarded.Choices.Count)
            {
                return (forwarded with { Choices = [.. local] }, "while a Local Service has endpoints here, pods and the node itself reach only those");
            }
        }

        return null;
    }
}
