using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Intent;
using Sluice.Netfilter;

namespace Sluice.Dataplane.Modes;

/// <summary>iptables mode: kube-proxy's rules.</summary>
/// <param name="options">What shapes the rules besides Services and the node.</param>
public sealed class IptablesMode(IptablesPlanOptions options) : PlannedMode
{
    /// <inheritdoc/>
    public override string Name => "iptables";

    /// <inheritdoc/>
    public override NodeSnapshot Plan(ServiceIntent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        return PlannedRules.Read(new IptablesPlan(intent, options).ToRestoreText()) with { Interfaces = PlannedSurroundings.Interfaces(intent.Node) };
    }
}
