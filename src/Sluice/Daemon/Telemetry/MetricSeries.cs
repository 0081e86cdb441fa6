namespace Sluice.Daemon.Telemetry;

/// <summary>One series of a metric, as it is at one moment.</summary>
/// <param name="Labels">The values of the metric's labels, in the order of its row.</param>
/// <param name="Value">The value; of a histogram, the sum of all values.</param>
internal sealed record MetricSeries(IReadOnlyList<string> Labels, double Value)
{
    /// <summary>Of a histogram: how many values fell into each bucket, the one above all bounds last; not added up.</summary>
    public IReadOnlyList<long> Counts { get; init; } = [];
}
