using Sluice.Daemon.Serving;

namespace Sluice.Daemon.Telemetry;

/// <summary>What is answered at <c>--metrics-bind-address</c>.</summary>
/// <param name="registry">The metrics.</param>
/// <param name="configuration">The configuration in JSON, as <c>/configz</c> answers it.</param>
internal sealed class MetricsSite(MetricRegistry registry, Func<ReadOnlyMemory<byte>> configuration)
{
    /// <summary>Answers.</summary>
    public HttpReply Answer(HttpQuery query) => query.Path switch
    {
        "/metrics" => Metrics(isOpenMetrics: query.Accept.Contains("application/openmetrics-text", StringComparison.OrdinalIgnoreCase)),
        "/healthz" => HttpReply.Text(HttpReply.Ok, "ok"),
        "/proxyMode" => HttpReply.Text(HttpReply.Ok, registry.Mode.ToString().ToLowerInvariant()),
        "/configz" => HttpReply.Json(HttpReply.Ok, configuration()),
        var path when path.StartsWith("/debug/pprof", StringComparison.Ordinal) =>
            HttpReply.Text(HttpReply.NotFound, "profiles of Go are not to be had of a .NET program: use dotnet-trace and dotnet-gcdump\n"),
        _ => HttpReply.Text(HttpReply.NotFound, "here are /metrics, /healthz, /proxyMode and /configz\n"),
    };

    private HttpReply Metrics(bool isOpenMetrics) => new(
        HttpReply.Ok,
        isOpenMetrics ? PrometheusText.OpenMetricsContentType : PrometheusText.ContentType,
        PrometheusText.Write(registry.Read(), isOpenMetrics));
}
