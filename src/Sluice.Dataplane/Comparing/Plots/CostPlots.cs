using Sluice.Net;

namespace Sluice.Dataplane.Comparing.Plots;

/// <summary>The plots of a comparison: what was counted, and as far as it was measured what was measured.</summary>
internal static class CostPlots
{
    /// <summary>The plots that have a line to show.</summary>
    public static IReadOnlyList<Plot> Of(CostComparison comparison) => [.. All(comparison).Where(p => p.HasLine)];

    private static IEnumerable<Plot> All(CostComparison comparison)
    {
        yield return Make("Rules that the first packet to the last Service is compared with", CostUnits.Count, p => p.Counted.Last);
        yield return Make("Rules in the kernel", CostUnits.Count, p => p.Counted.Held.Rules);
        yield return Make("connect() to the last Service, measured", CostUnits.Time, p => p.Measured?.LastConnect?.TotalSeconds);
        yield return Make("One endpoint changed, measured", CostUnits.Time, p => p.Measured?.Change?.TotalSeconds);
        yield return Make("Everything loaded into an empty kernel, measured", CostUnits.Time, p => p.Measured?.Load.TotalSeconds);
        yield return Make("Kernel memory, measured", CostUnits.Memory, p => p.Measured?.KernelBytes);

        Plot Make(string title, Func<double, string> unit, Func<CostPoint, double?> value) => new(
            title, unit, comparison.Modes.Select(m => Line(m, value)).Where(l => l.Points.Count > 0).ToEquatableArray());
    }

    private static PlotLine Line(ModeCost mode, Func<CostPoint, double?> value) => new(
        mode.Mode, mode.Series.Select(p => Point(p, value)).OfType<PlotPoint>().ToEquatableArray(), Point(mode.Cluster, value))
    {
        Remark = mode.Series.FirstOrDefault(p => p.IsOverBudget) is { } over && value(over) is null ? "then over the limit" : null,
    };

    private static PlotPoint? Point(CostPoint point, Func<CostPoint, double?> value) =>
        value(point) is { } number and > 0 ? new PlotPoint(point.Services, number) : null;
}
