using Sluice.Dataplane.Planning.Nftables;
using Sluice.Kubernetes.Intent;
using Sluice.Netfilter;

namespace Sluice.Dataplane.Modes;

/// <summary>nftables mode: one table, whose elements are what Services have.</summary>
/// <param name="options">What shapes the table besides Services and the node.</param>
public sealed class NftablesMode(NftablesPlanOptions options) : PlannedMode
{
    /// <inheritdoc/>
    public override string Name => "nftables";

    /// <inheritdoc/>
    public override NodeSnapshot Plan(ServiceIntent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        return new NodeSnapshot(new([NftablesPlan.Of(intent, options)])) { Interfaces = PlannedSurroundings.Interfaces(intent.Node) };
    }
}
