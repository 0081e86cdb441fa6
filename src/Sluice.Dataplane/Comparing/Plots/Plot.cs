using Sluice.Net;

namespace Sluice.Dataplane.Comparing.Plots;

/// <summary>One plot: lines over the number of Services.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Unit">How values are written.</param>
/// <param name="Lines">The lines.</param>
internal sealed record Plot(string Title, Func<double, string> Unit, EquatableArray<PlotLine> Lines)
{
    /// <summary>Whether some line has enough points to be one.</summary>
    public bool HasLine => Lines.Any(l => l.Points.Count > 1);
}

/// <summary>The line of one mode.</summary>
/// <param name="Mode">The mode's name.</param>
/// <param name="Points">Its points, by the number of Services; values above 0.</param>
/// <param name="Cluster">Where the cluster itself stands; null when that is not known.</param>
internal sealed record PlotLine(string Mode, EquatableArray<PlotPoint> Points, PlotPoint? Cluster)
{
    /// <summary>What is said of its end, where points are missing; null for nothing.</summary>
    public string? Remark { get; init; }
}

/// <summary>A point of a line.</summary>
/// <param name="Services">The number of Services.</param>
/// <param name="Value">The value.</param>
internal sealed record PlotPoint(int Services, double Value);
