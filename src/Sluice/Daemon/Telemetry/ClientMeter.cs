using System.Diagnostics.Metrics;
using System.Globalization;

namespace Sluice.Daemon.Telemetry;

/// <summary>
/// Counts and measures requests to the API server, as client-go does. It listens to what the runtime's HTTP client reports of itself, so
/// whoever asks the server knows nothing of it.
/// </summary>
internal sealed class ClientMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Counter<double> _requests;
    private readonly Histogram<double> _duration;
    private readonly string _address;
    private readonly int _port;
    private readonly KeyValuePair<string, object?> _host;

    /// <summary>Adds its metrics to a registry.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="server">The server; requests to others do not count.</param>
    public ClientMeter(MetricRegistry registry, Uri server)
    {
        (_address, _port) = (server.IdnHost, server.Port);
        _host = new("host", server.Authority);
        _requests = registry.AddCounter("rest_client_requests_total");
        _duration = registry.AddHistogram("rest_client_request_duration_seconds");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Meter.Name: "System.Net.Http", Name: "http.client.request.duration" })
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Take(seconds, tags));
        _listener.Start();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    // https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#metric-httpclientrequestduration
    private void Take(double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string? method = null, address = null, code = null;
        var port = 0;
        foreach (var (name, value) in tags)
        {
            switch (name)
            {
                case "http.request.method":
                    method = value as string;
                    break;
                case "server.address":
                    address = value as string;
                    break;
                case "server.port":
                    port = value as int? ?? 0;
                    break;
                case "http.response.status_code":
                    code = (value as int?)?.ToString(CultureInfo.InvariantCulture);
                    break;
            }
        }

        if (port == _port && string.Equals(address, _address, StringComparison.OrdinalIgnoreCase))
        {
            _duration.Record(seconds, _host, new("verb", method));
            _requests.Add(1, new("code", code ?? "<error>"), _host, new("method", method));
        }
    }
}
