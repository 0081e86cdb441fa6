namespace Sluice.Daemon.Telemetry;

/// <summary>A metric and its series as they are at one moment.</summary>
/// <param name="Row">The metric.</param>
/// <param name="Series">Its series, in the order in which they came up.</param>
internal sealed record MetricFamily(MetricRow Row, IReadOnlyList<MetricSeries> Series);
