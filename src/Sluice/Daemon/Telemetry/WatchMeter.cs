using System.Diagnostics.Metrics;

namespace Sluice.Daemon.Telemetry;

/// <summary>Tells how the watches of an API server's resources stand. Safe from any thread.</summary>
internal sealed class WatchMeter
{
    private readonly Gauge<double> _up;
    private readonly Gauge<double> _lastEvent;
    private readonly Counter<double> _restarts;
    private readonly TimeProvider _time;

    /// <summary>Adds its metrics to a registry.</summary>
    public WatchMeter(MetricRegistry registry, TimeProvider time)
    {
        _time = time;
        _up = registry.AddGauge("sluice_watch_up");
        _lastEvent = registry.AddGauge("sluice_watch_last_event_timestamp_seconds");
        _restarts = registry.AddCounter("sluice_watch_restarts_total");
    }

    /// <summary>A watch is connected.</summary>
    /// <param name="resource">The resource's name in the API, such as <c>endpointslices</c>.</param>
    public void Connected(string resource)
    {
        _up.Record(1, Of(resource));
        _restarts.Add(0, Of(resource));
    }

    /// <summary>A watch has ended, and another is tried.</summary>
    public void Lost(string resource)
    {
        _up.Record(0, Of(resource));
        _restarts.Add(1, Of(resource));
    }

    /// <summary>A watch reported something, be it a bookmark.</summary>
    public void Reported(string resource) => _lastEvent.Record(_time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0, Of(resource));

    private static KeyValuePair<string, object?> Of(string resource) => new("resource", resource);
}
