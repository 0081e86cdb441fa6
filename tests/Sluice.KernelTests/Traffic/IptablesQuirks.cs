using Sluice.Kubernetes.Intent;

namespace Sluice.KernelTests.Traffic;

/// <summary>Where kube-proxy's iptables rules, and so the planned ones, do other than Kubernetes means.</summary>
internal static class IptablesQuirks
{
    /// <summary>What the kernel does instead, and why; null where it does what is meant.</summary>
    public static (RouteAnswer? Answer, string Why)? Of(TrafficFlow flow, RouteAnswer meant, LabCluster lab)
    {
        var isOutside = flow.Kind is "external IP" or "load balancer";
        var hasEndpoints = flow.Service.Name.Name is not ("none" or "not-ready" or "outside-local-none" or "ranges-none");
        if (isOutside && !hasEndpoints && flow.Client == lab.Node.Machine)
        {
            return (null, "the node's own packet to an external address without endpoints is not refused: it leaves unchanged");
        }

        if (flow.Kind == "load balancer" && !hasEndpoints && meant is RouteAnswer.Dropped dropped)
        {
            return (new RouteAnswer.Refused(dropped.Service), "without endpoints source ranges are not looked at: everyone is refused");
        }

        return null;
    }
}
