using Sluice.Kubernetes.Intent;
using Sluice.Netfilter.Nftables.Changes;
using Sluice.Netfilter.Rules;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>An intent's table written out in full: what a kernel holds after the first load.</summary>
public static class NftablesPlan
{
    /// <summary>The table with all elements, chains and elements in order.</summary>
    /// <exception cref="ArgumentException">The options are of another family than the intent.</exception>
    public static Table Of(ServiceIntent intent, NftablesPlanOptions options)
    {
        ArgumentNullException.ThrowIfNull(intent);
        var layout = new NftablesLayout(options, intent.Node);
        var model = new NftTableModel(layout.EmptyTable);
        var dump = NftablesDump.OfNewTable(layout);
        var comparison = new NftablesComparison(NftablesTable.Of(layout, intent, dump), dump);
        for (var change = new NftablesChange(layout); comparison.Next(change); change.Clear())
        {
            foreach (var transaction in change.Transactions)
            {
                model.Apply(transaction);
            }
        }

        return model.ToTable();
    }
}
