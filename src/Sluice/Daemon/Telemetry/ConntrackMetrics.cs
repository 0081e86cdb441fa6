using System.Diagnostics.Metrics;
using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>Adds to a registry what clean-ups of tracked flows did, besides what kube-proxy tells of them; it is read when somebody asks.</summary>
internal static class ConntrackMetrics
{
    /// <summary>Adds it.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="families">The families that are routed.</param>
    /// <param name="read">What was done for a family so far.</param>
    public static void AddTo(MetricRegistry registry, IReadOnlyList<IPFamily> families, Func<IPFamily, ConntrackTotals> read)
    {
        Add("sluice_conntrack_flows_looked_at_total", t => t.Looked);
        Add("sluice_conntrack_cleanup_failures_total", t => t.Failures);

        void Add(string name, Func<ConntrackTotals, double> value) => registry.Observe(
            name, () => families.Select(f => new Measurement<double>(value(read(f)), new KeyValuePair<string, object?>("ip_family", f.ToString()))));
    }
}
