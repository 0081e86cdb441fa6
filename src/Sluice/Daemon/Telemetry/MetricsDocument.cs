using System.Text;

namespace Sluice.Daemon.Telemetry;

/// <summary>Writes <c>docs/metrics.md</c> of the table of metrics.</summary>
internal static class MetricsDocument
{
    private const string Head = """
        # Metrics

        <!-- Made of the table in src/Sluice/Daemon/Telemetry by the tests: UPDATE_GOLDEN=1 ./test Sluice.Tests writes it anew. -->

        `sluice proxy` serves metrics at `--metrics-bind-address` (default 127.0.0.1:10249), path `/metrics`, in Prometheus' text format 0.0.4, and as
        OpenMetrics 1.0 to whoever accepts that. A scrape configuration for kube-proxy works unchanged. With `OTEL_EXPORTER_OTLP_ENDPOINT` set, the same
        metrics are also sent by OTLP; the other variables of OpenTelemetry's specification for exporters hold too.

        Labels: `ip_family` is `IPv4` or `IPv6`. A metric with labels is there once a series of it has a value.

        """;

    /// <summary>The document.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Head.ReplaceLineEndings("\n"));
        Section(text, "Metrics of kube-proxy", "Same name, type, labels and buckets as kube-proxy 1.36.", MetricState.Same);
        Section(text, "Metrics of Sluice", "", MetricState.Own);
        Section(text, "Not served", "Metrics of kube-proxy that Sluice does not have, and why.", MetricState.NotServed);
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, string about, MetricState state)
    {
        text.Append("\n## ").Append(title).Append("\n\n");
        if (about.Length > 0)
        {
            text.Append(about).Append("\n\n");
        }

        var isServed = state != MetricState.NotServed;
        text.Append(isServed ? "| metric | type | labels | what |\n|---|---|---|---|\n" : "| metric | why not |\n|---|---|\n");
        foreach (var row in MetricTable.Rows.Where(r => r.State == state).OrderBy(r => r.Name, StringComparer.Ordinal))
        {
            text.Append("| `").Append(row.Name).Append("` | ");
            if (isServed)
            {
                text.Append(row.Kind.ToString().ToLowerInvariant()).Append(" | ").AppendJoin(", ", row.Labels.Select(l => $"`{l}`")).Append(" | ").Append(row.Help);
                text.Append(row.Modes.Count == 0 ? "" : $" In {string.Join(" and ", row.Modes.Select(m => m.ToString().ToLowerInvariant()))} mode.");
                text.Append(row.Remark.Length > 0 ? $" ({row.Remark})" : "");
            }
            else
            {
                text.Append(row.Remark);
            }

            text.Append(" |\n");
        }
    }
}
