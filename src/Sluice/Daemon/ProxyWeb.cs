using System.Diagnostics.Metrics;
using Sluice.Daemon.Events;
using Sluice.Daemon.Health;
using Sluice.Daemon.Serving;
using Sluice.Daemon.Telemetry;

namespace Sluice.Daemon;

/// <summary>All that a proxy answers over HTTP: health, metrics, and the health-check ports of Services.</summary>
internal sealed class ProxyWeb : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpServer _server;
    private readonly HealthCheckPorts _ports;
    private readonly List<ServedAddress> _addresses = [];
    private Task _running = Task.CompletedTask;

    private ProxyWeb(HttpServer server, HealthCheckPorts ports) => (_server, _ports) = (server, ports);

    /// <summary>Opens what is to be served.</summary>
    /// <param name="settings">Where.</param>
    /// <param name="status">What is to be told.</param>
    /// <param name="events">Told of what cannot be served.</param>
    /// <param name="log">Likewise.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="CommandFailure">An address cannot be had, and that is to end the proxy.</exception>
    public static async Task<ProxyWeb> StartAsync(ServingSettings settings, ProxyStatus status, IEventRecorder events, EventLog log, TimeProvider time)
    {
        var server = await HttpServer.StartAsync(log, time, CancellationToken.None);
        var ports = new HealthCheckPorts(server, () => status.Health.Read().IsHealthy, events, log, time);
        var web = new ProxyWeb(server, ports);
        try
        {
            web.Open(settings, status, events, log, time);
            return web;
        }
        catch
        {
            await web.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes all of it. Answers under way have a second.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _ports.Dispose();
        _addresses.ForEach(a => a.Dispose());
        await _server.DisposeAsync();
        _stop.Dispose();
    }

    private void Open(ServingSettings settings, ProxyStatus status, IEventRecorder events, EventLog log, TimeProvider time)
    {
        var tasks = new List<Task>();
        if (settings.HealthzBindAddress is { } healthz)
        {
            var site = new HealthSite(status.Health, status.Metrics.Answered);
            Serve(new ServedAddress(_server, "healthz", healthz, site.Answer, log), ProxyEvent.NoHealth);
        }

        if (settings.MetricsBindAddress is { } metrics)
        {
            var site = new MetricsSite(status.Registry, settings.Configuration);
            Serve(new ServedAddress(_server, "metrics", metrics, site.Answer, log), ProxyEvent.NoMetrics);
        }

        _ports.AddTo(status.Registry);
        status.Registry.Observe("sluice_http_connections", CountConnections);
        status.Routes = _ports.Update;
        tasks.Add(_ports.RunAsync(_stop.Token));
        _running = Task.WhenAll(tasks);

        void Serve(ServedAddress address, Func<string, ProxyEvent> failed)
        {
            _addresses.Add(address);
            if (address.Open() is not { } problem)
            {
                return;
            }

            events.Record(failed(problem));
            if (settings.BindAddressHardFail)
            {
                throw new CommandFailure(problem);
            }

            log.Error("an address cannot be had; trying again, and routing meanwhile", ("problem", problem));
            tasks.Add(address.KeepTryingAsync(time, _stop.Token));
        }
    }

    private IEnumerable<Measurement<double>> CountConnections() =>
        _addresses.Select(a => new Measurement<double>(a.Connections, new KeyValuePair<string, object?>("port", a.Name)));
}
