using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.Sockets;
using Sluice.Daemon.Events;
using Sluice.Daemon.Serving;
using Sluice.Daemon.Telemetry;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon.Health;

/// <summary>
/// Keeps the health-check ports of Services open as the rules in the kernel have them, in a loop of its own: no sync waits for it. A port
/// that somebody else has is told once and tried again.
/// </summary>
/// <param name="server">The HTTP server.</param>
/// <param name="isHealthy">Whether the proxy is healthy.</param>
/// <param name="events">Told of ports that cannot be had.</param>
/// <param name="log">Likewise.</param>
/// <param name="time">The clock.</param>
internal sealed class HealthCheckPorts(HttpServer server, Func<bool> isHealthy, IEventRecorder events, EventLog log, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    // Of many changes in a row only the last matters.
    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentDictionary<IPFamily, ServiceIntent> _wanted = [];
    private readonly ConcurrentDictionary<(IPFamily Family, ObjectName Service), HealthCheckServer> _open = [];
    private readonly ConcurrentDictionary<(IPFamily Family, ObjectName Service), string> _failed = [];
    private readonly SemaphoreSlim _news = new(0, 1);

    /// <summary>The rules of a family are of this intent now. Does not wait.</summary>
    public void Update(ServiceIntent intent)
    {
        _wanted[intent.Family] = intent;
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is looked at anyway.
        }
    }

    /// <summary>Adds what is measured.</summary>
    public void AddTo(MetricRegistry registry) => registry.Observe("sluice_health_check_ports", Count);

    /// <summary>Runs until cancelled; then all ports are closed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await _news.WaitAsync(_failed.IsEmpty ? Timeout.InfiniteTimeSpan : s_retry, cancellationToken);
                foreach (var intent in _wanted.Values)
                {
                    Apply(intent);
                }

                await Task.Delay(s_rest, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var open in _open.Values)
        {
            open.Dispose();
        }

        _news.Dispose();
    }

    private void Apply(ServiceIntent intent)
    {
        var wanted = HealthCheckPort.Of(intent).ToDictionary(p => (intent.Family, p.Service));
        var addresses = HealthCheckPort.AddressesOf(intent);

        // First what goes: two Services may change places.
        foreach (var (key, open) in _open.Where(o => o.Key.Family == intent.Family))
        {
            if (!wanted.TryGetValue(key, out var port) || port.Port != open.Port || !addresses.Equals(open.Addresses))
            {
                _ = _open.TryRemove(key, out _);
                open.Dispose();
                log.Detail("a health-check port is closed", ("family", key.Family), ("service", key.Service), ("port", open.Port));
            }
        }

        foreach (var key in _failed.Keys.Where(k => k.Family == intent.Family && !wanted.ContainsKey(k)))
        {
            _ = _failed.TryRemove(key, out _);
        }

        foreach (var (key, port) in wanted)
        {
            if (_open.TryGetValue(key, out var open))
            {
                open.LocalEndpoints = port.LocalEndpoints;
            }
            else
            {
                Open(key, port, addresses);
            }
        }
    }

    private void Open((IPFamily Family, ObjectName Service) key, HealthCheckPort port, EquatableArray<NetAddress> addresses)
    {
        try
        {
            _open[key] = HealthCheckServer.Open(server, port, addresses, isHealthy);
            log.Detail("a health-check port is open", ("family", key.Family), ("service", key.Service), ("port", port.Port));
            if (_failed.TryRemove(key, out _))
            {
                log.Info("the health-check port could be had after all", ("family", key.Family), ("service", key.Service), ("port", port.Port));
            }
        }
        catch (SocketException e)
        {
            var problem = $"port {port.Port}: {e.Message}";
            if (_failed.TryGetValue(key, out var told) && told == problem)
            {
                return;
            }

            _failed[key] = problem;
            log.Error("load balancers cannot ask for a Service's health here; trying again", ("family", key.Family), ("service", key.Service), ("problem", problem));
            events.Record(ProxyEvent.NoServiceHealth(key.Service, $"failed to start healthcheck \"{key.Service}\" on {problem}"));
        }
    }

    private IEnumerable<Measurement<double>> Count()
    {
        foreach (var family in _wanted.Keys)
        {
            yield return new Measurement<double>(_open.Keys.Count(k => k.Family == family), new("ip_family", family.ToString()), new("state", "open"));
            yield return new Measurement<double>(_failed.Keys.Count(k => k.Family == family), new("ip_family", family.ToString()), new("state", "failed"));
        }
    }
}
