using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>The metrics of client-go that kube-proxy serves: of requests to the API server.</summary>
internal static class ClientMetrics
{
    private static readonly EquatableArray<string> s_labels = ["host", "verb"];

    /// <summary>The rows.</summary>
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("rest_client_requests_total", MetricKind.Counter, "[ALPHA] Number of HTTP requests, partitioned by status code, method, and host.")
        {
            Labels = ["code", "host", "method"],
            Remark = "only with an API server; a request that got no answer has code `<error>`",
        },
        new("rest_client_request_duration_seconds", MetricKind.Histogram, "[ALPHA] Request latency in seconds. Broken down by verb, and host.")
        {
            Labels = s_labels,
            Buckets = Buckets.Request,
            Remark = "only with an API server; to the first byte of the answer",
        },
        KubeProxyMetrics.NotServed("rest_client_request_size_bytes", MetricKind.Histogram, "[ALPHA] Request size in bytes. Broken down by verb and host.", "requests have no body, Events aside"),
        KubeProxyMetrics.NotServed("rest_client_response_size_bytes", MetricKind.Histogram, "[ALPHA] Response size in bytes. Broken down by verb and host.", "answers are read as they come: a watch has no size"),
        KubeProxyMetrics.NotServed("rest_client_rate_limiter_duration_seconds", MetricKind.Histogram, "[ALPHA] Client side rate limiter latency in seconds. Broken down by verb, and host.", "Sluice makes a handful of requests and limits none"),
        KubeProxyMetrics.NotServed("rest_client_request_retries_total", MetricKind.Counter, "[ALPHA] Number of request retries, partitioned by status code, verb, and host.", "a request is not repeated as such: lists and watches begin anew"),
        KubeProxyMetrics.NotServed("rest_client_dns_resolution_duration_seconds", MetricKind.Histogram, "[ALPHA] DNS resolver latency in seconds. Broken down by host.", "part of `rest_client_request_duration_seconds`"),
        KubeProxyMetrics.NotServed("rest_client_exec_plugin_*", MetricKind.Gauge, "Credential plugins", "the log tells of them"),
        KubeProxyMetrics.NotServed("rest_client_transport_*", MetricKind.Gauge, "The cache of transports", "there is one connection pool and no cache of them"),
    ];
}
