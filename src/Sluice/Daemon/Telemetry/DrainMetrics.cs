using System.Diagnostics.Metrics;
using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>Adds to a registry how many endpoints drain in IPVS mode; it is counted when somebody asks.</summary>
internal static class DrainMetrics
{
    /// <summary>Adds it.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="count">Counts them, by family.</param>
    public static void AddTo(MetricRegistry registry, Func<IEnumerable<KeyValuePair<IPFamily, int>>> count) => registry.Observe(
        "sluice_draining_endpoints",
        () => count().Select(c => new Measurement<double>(c.Value, new KeyValuePair<string, object?>("ip_family", c.Key.ToString()))));
}
