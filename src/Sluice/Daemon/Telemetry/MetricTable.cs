namespace Sluice.Daemon.Telemetry;

/// <summary>Every metric there is to say something of.</summary>
internal static class MetricTable
{
    /// <summary>All of them: kube-proxy's first.</summary>
    public static IReadOnlyList<MetricRow> Rows { get; } =
        [.. KubeProxyMetrics.Rows, .. ClientMetrics.Rows, .. ProcessRows.Rows, .. OwnMetrics.Rows];

    /// <summary>The row of a metric.</summary>
    /// <exception cref="KeyNotFoundException">There is none.</exception>
    public static MetricRow Find(string name) => Rows.FirstOrDefault(r => r.Name == name) ?? throw new KeyNotFoundException($"no metric {name} in the table");
}
