using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Kubernetes.Intent;
using Sluice.Netfilter;

namespace Sluice.Dataplane.Modes;

/// <summary>IPVS mode: virtual servers, ipsets, and a fixed number of iptables rules.</summary>
/// <param name="options">What shapes the state besides Services and the node.</param>
public sealed class IpvsMode(IpvsPlanOptions options) : PlannedMode
{
    /// <inheritdoc/>
    public override string Name => "ipvs";

    /// <inheritdoc/>
    public override NodeSnapshot Plan(ServiceIntent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        var plan = IpvsPlan.Of(intent, options);
        return PlannedRules.Read(plan.ToRestoreText()) with
        {
            Interfaces = PlannedSurroundings.Interfaces(intent.Node, plan.Addresses),
            Ipsets = plan.Ipsets,
            Ipvs = plan.Servers,
        };
    }
}
