using Sluice.Net;

namespace Sluice.Dataplane.Comparing;

/// <summary>What one mode costs: for the cluster itself, and for clusters of its shape of other sizes.</summary>
/// <param name="Mode">The mode's name.</param>
/// <param name="Cluster">For the cluster itself.</param>
/// <param name="Series">For other sizes, by the number of Services.</param>
public sealed record ModeCost(string Mode, CostPoint Cluster, EquatableArray<CostPoint> Series)
{
    /// <summary>
    /// How many rules more the first packet to the last Service is compared with, for each Service more: from the smallest to the largest size; null with fewer than two sizes.
    /// </summary>
    public double? RulesPerService => Series.Count > 1 && Series[^1].Services > Series[0].Services
        ? (double)(Series[^1].Counted.Last - Series[0].Counted.Last) / (Series[^1].Services - Series[0].Services)
        : null;
}
