namespace Sluice.Daemon.Telemetry;

/// <summary>The type of a metric, as Prometheus names them.</summary>
internal enum MetricKind
{
    /// <summary>A number that only grows while the process runs.</summary>
    Counter,

    /// <summary>A number that goes up and down.</summary>
    Gauge,

    /// <summary>How often values were at most as large as each of some bounds.</summary>
    Histogram,
}
