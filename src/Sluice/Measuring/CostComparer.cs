using System.Globalization;
using Sluice.Dataplane.Comparing;
using Sluice.Input;
using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Measuring;

/// <summary>Compares what a cluster costs in each mode: counts it, and measures it as far as is asked.</summary>
/// <param name="io">Gets progress.</param>
/// <param name="scope">What is measured.</param>
/// <param name="budget">How long a measurement may take.</param>
internal sealed class CostComparer(CommandIO io, MeasureScope scope, TimeSpan budget)
{
    /// <summary>Compares.</summary>
    /// <param name="where">What the cluster was read from.</param>
    /// <param name="modes">The modes, each with the cluster; at least one, with Services.</param>
    /// <param name="sizes">The numbers of Services of the series, ascending.</param>
    /// <exception cref="CommandFailure">A Service cannot be planned.</exception>
    public CostComparison Compare(string where, IReadOnlyList<ComparedMode> modes, IReadOnlyList<int> sizes)
    {
        var cluster = modes[0].Cluster;
        try
        {
            return new CostComparison(where, cluster.Family, ClusterShape.Of(cluster), modes.Select(m => Compare(m, sizes)).ToEquatableArray())
            {
                Budget = budget,
                Kernel = scope == MeasureScope.None ? null : File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            };
        }
        catch (ArgumentException e)
        {
            throw new CommandFailure(e.Message);
        }
    }

    private ModeCost Compare(ComparedMode mode, IReadOnlyList<int> sizes)
    {
        if (scope != MeasureScope.None)
        {
            // What runs for the first time is compiled: that is not to be measured.
            using var progress = Progress.Start(io, $"warming up {mode.Mode.Name} mode");
            var one = ScaledCluster.Make(mode.Cluster, 1);
            _ = new ModeMeter(mode.Open, budget).Measure(new CostPoint(1, CountedCost.Of(mode.Mode, one)), one);
        }

        var cluster = Point(mode, mode.Cluster, scope >= MeasureScope.Cluster, tooLarge: null);
        var series = new List<CostPoint>();
        int? tooLarge = cluster.IsOverBudget ? cluster.Services : null;
        foreach (var size in sizes)
        {
            var point = Point(mode, ScaledCluster.Make(mode.Cluster, size), scope == MeasureScope.Series, tooLarge);
            tooLarge ??= point.IsOverBudget ? size : null;
            series.Add(point);
        }

        return new ModeCost(mode.Mode.Name, cluster, series.ToEquatableArray());
    }

    private CostPoint Point(ComparedMode mode, ServiceIntent cluster, bool isMeasured, int? tooLarge)
    {
        var size = string.Create(CultureInfo.InvariantCulture, $"{mode.Mode.Name} mode with {cluster.ServiceCount:#,0} Services");
        CostPoint point;
        using (Progress.Start(io, "counting " + size))
        {
            point = new CostPoint(cluster.ServiceCount, CountedCost.Of(mode.Mode, cluster));
        }

        if (!isMeasured)
        {
            return point;
        }

        var meter = new ModeMeter(mode.Open, budget);
        if (tooLarge is { } smaller && smaller <= cluster.ServiceCount)
        {
            return meter.OverBudget(point, smaller);
        }

        using (Progress.Start(io, string.Create(CultureInfo.InvariantCulture, $"measuring {size}, at most {budget.TotalSeconds:0.##} s")))
        {
            return meter.Measure(point, cluster);
        }
    }
}
