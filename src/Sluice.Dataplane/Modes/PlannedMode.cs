using Sluice.Kubernetes.Intent;
using Sluice.Netfilter;

namespace Sluice.Dataplane.Modes;

/// <summary>A mode of the proxy as a planner: makes a node that holds what an intent says, and nothing else. Pure.</summary>
public abstract class PlannedMode
{
    private protected PlannedMode()
    {
    }

    /// <summary>The mode's name on the command line: <c>iptables</c>, <c>ipvs</c> or <c>nftables</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The node with the mode's rules, in the family of the intent.</summary>
    /// <exception cref="ArgumentException">A name is none that Kubernetes allows, or the intent is of another family than the mode's options.</exception>
    public abstract NodeSnapshot Plan(ServiceIntent intent);
}
