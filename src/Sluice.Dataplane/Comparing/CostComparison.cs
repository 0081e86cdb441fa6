using Sluice.Net;

namespace Sluice.Dataplane.Comparing;

/// <summary>What a cluster costs in each mode, side by side.</summary>
/// <param name="Where">What the cluster was read from.</param>
/// <param name="Family">The address family compared.</param>
/// <param name="Shape">What its Services are like.</param>
/// <param name="Modes">The modes, in the order in which they are shown.</param>
public sealed record CostComparison(string Where, IPFamily Family, ClusterShape Shape, EquatableArray<ModeCost> Modes)
{
    /// <summary>How long each mode had for each size, when something was measured.</summary>
    public TimeSpan Budget { get; init; }

    /// <summary>The kernel that measured, e.g. <c>6.12.0</c>; null when nothing was measured.</summary>
    public string? Kernel { get; init; }


    /// <summary>A mode by its name; null when it was not compared.</summary>
    public ModeCost? Find(string mode) => Modes.FirstOrDefault(m => m.Mode == mode);
}
