using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>How a node tells traffic of its own pods from other traffic (kube-proxy's <c>--detect-local-mode</c>).</summary>
public abstract record LocalDetector
{
    private LocalDetector()
    {
    }

    /// <summary>Nobody said: no packet counts as a pod's, and cluster addresses are not masqueraded.</summary>
    public static LocalDetector NotConfigured { get; } = new None();

    /// <summary>No detector.</summary>
    public sealed record None : LocalDetector;

    /// <summary>By source address, within the cluster's or this node's pod addresses. kube-proxy looks at the first of each family only.</summary>
    /// <param name="Cidrs">The addresses of pods, of one or both families.</param>
    public sealed record Cidr(EquatableArray<Prefix> Cidrs) : LocalDetector
    {
        /// <summary>The pod addresses of a family, its first range; null without one.</summary>
        public Prefix? Of(IPFamily family)
        {
            foreach (var cidr in Cidrs)
            {
                if (cidr.Family == family)
                {
                    return cidr;
                }
            }

            return null;
        }
    }

    /// <summary>By the bridge that the pods of this node are attached to.</summary>
    /// <param name="Name">The bridge's name.</param>
    public sealed record BridgeInterface(string Name) : LocalDetector;

    /// <summary>By how the names of the interfaces to pods begin.</summary>
    /// <param name="Prefix">The beginning, such as <c>veth</c>.</param>
    public sealed record InterfaceNamePrefix(string Prefix) : LocalDetector;
}
