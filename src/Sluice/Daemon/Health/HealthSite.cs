using Sluice.Daemon.Serving;

namespace Sluice.Daemon.Health;

/// <summary>What is answered at <c>--healthz-bind-address</c>.</summary>
/// <param name="health">How the proxy stands.</param>
/// <param name="count">Told the path and the status of each answer that kube-proxy counts.</param>
internal sealed class HealthSite(ProxyHealth health, Action<string, int> count)
{
    /// <summary>Answers.</summary>
    public HttpReply Answer(HttpQuery query)
    {
        var report = health.Read();
        return query.Path switch
        {
            "/healthz" => Counted("healthz", report, report.IsHealthy && report.IsNodeEligible, hasNode: true),
            "/livez" => Counted("livez", report, report.IsHealthy, hasNode: false),
            "/readyz" => HttpReply.Json(report.Missing.Count == 0 ? HttpReply.Ok : HttpReply.Unavailable, HealthDocuments.Readiness(report)),
            _ => HttpReply.Text(HttpReply.NotFound, "here are /healthz, /livez and /readyz\n"),
        };
    }

    private HttpReply Counted(string path, HealthReport report, bool isWell, bool hasNode)
    {
        var status = isWell ? HttpReply.Ok : HttpReply.Unavailable;
        count(path, status);
        return HttpReply.Json(status, HealthDocuments.Health(report, isWell, hasNode));
    }
}
