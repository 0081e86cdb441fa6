using System.Diagnostics.Metrics;
using System.Globalization;

namespace Sluice.Daemon.Telemetry;

/// <summary>Counts and measures requests to the API server, as client-go does: put it in a client's chain of handlers.</summary>
internal sealed class ClientMeter : DelegatingHandler
{
    private readonly Counter<double> _requests;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _requestSize;
    private readonly Histogram<double> _responseSize;
    private readonly TimeProvider _time;

    /// <summary>Adds its metrics to a registry.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="inner">Sends the requests.</param>
    /// <param name="time">The clock.</param>
    public ClientMeter(MetricRegistry registry, HttpMessageHandler inner, TimeProvider time)
        : base(inner)
    {
        _time = time;
        _requests = registry.AddCounter("rest_client_requests_total");
        _duration = registry.AddHistogram("rest_client_request_duration_seconds");
        _requestSize = registry.AddHistogram("rest_client_request_size_bytes");
        _responseSize = registry.AddHistogram("rest_client_response_size_bytes");
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var begin = _time.GetTimestamp();
        var host = new KeyValuePair<string, object?>("host", request.RequestUri?.Authority ?? "");
        var method = request.Method.Method;
        var verb = new KeyValuePair<string, object?>("verb", method);
        _requestSize.Record(request.Content?.Headers.ContentLength ?? 0, host, verb);
        var code = "<error>";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            code = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if (response.Content.Headers.ContentLength is { } length)
            {
                _responseSize.Record(length, host, verb);
            }

            return response;
        }
        finally
        {
            _duration.Record(_time.GetElapsedTime(begin).TotalSeconds, host, verb);
            _requests.Add(1, new("code", code), host, new("method", method));
        }
    }
}
