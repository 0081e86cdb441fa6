using OpenTelemetry.Exporter;
using Sluice.Daemon.Events;
using Sluice.Daemon.Health;
using Sluice.Daemon.Telemetry;
using Sluice.Dataplane.Planning.Nftables;
using Sluice.Input;
using Sluice.Kubernetes.Api;
using Sluice.Kubernetes.Cluster;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Puts the proxy of this machine together and runs it.</summary>
internal static class ProxyHost
{
    /// <summary>Runs until cancelled. The rules stay in place.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="live">The node's configuration, which may change meanwhile.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to tell.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CommandFailure">It cannot run here.</exception>
    public static async Task RunAsync(ProxySettings settings, LiveNodeSettings live, TimeProvider time, EventLog log, CancellationToken cancellationToken)
    {
        using var routing = NodeRouting.Open(settings, log);
        var families = routing.Families.Select(f => f.Family).ToList();
        log.Info(
            "starting",
            ("node", settings.NodeName),
            ("cluster", settings.Origin.Name),
            ("mode", settings.Mode.ToString().ToLowerInvariant()),
            ("by", routing.Tool),
            ("families", string.Join(',', families)));
        NodeSetup.Apply(settings.Mode, settings.Node, settings.Configuration, log);
        var source = settings.Origin.Open(settings.NodeName, time);
        using var connections = source as IDisposable;
        var desired = new DesiredState(settings.NodeName, new NodeDescriber(live, settings.Mode, settings.NodeName, log).Describe, families);
        var reports = new SyncLog(log);
        await using var succession = new Succession(settings.Mode, settings.ReplacesKubeProxy, families, log);
        using var otlp = settings.Serving.OtlpPeriod is { } period ? OtlpExport.Start(new OtlpExporterOptions(), period, settings.NodeName, log) : null;
        using var registry = new MetricRegistry(settings.Mode);
        var health = new ProxyHealth(settings.NodeName, families, settings.Periods.Audit, time);
        var status = new ProxyStatus(health, registry, routing.Meters, time);
        await using var conntrack = ConntrackCleaner.Start(
            families, settings.ForgetsDeadTcp, time, log, r => status.Metrics.CleanedConnections(r.Family, r.Duration, r.Sweep.Deleted));
        ConntrackMetrics.AddTo(registry, families, conntrack.TotalsOf);
        var ipvs = routing.Families.OfType<IpvsKernel>().ToList();
        await using var drain = ipvs.Count > 0 ? new DrainLoop(ipvs, time, log) : null;
        if (ipvs.Count > 0)
        {
            DrainMetrics.AddTo(registry, () => ipvs.Select(f => KeyValuePair.Create(f.Family, f.Draining)));
        }

        using var counters = OpenCounters(settings, families);
        if (counters is not null)
        {
            ServiceMetrics.AddTo(registry, () => counters.Read(out _), time);
        }

        using var requests = OpenMeter(settings.Origin, source, registry);
        await using var poster = source is ApiSource server ? new EventPoster(settings.NodeName, server.PostAsync, time, log) : null;
        IEventRecorder events = poster is null ? new NoEventRecorder() : poster;
        await using var web = await ProxyWeb.StartAsync(settings.Serving, status, events, log, time);
        events.Record(ProxyEvent.Starting);
        if (settings.Mode == ProxyMode.Ipvs)
        {
            events.Record(ProxyEvent.IpvsDeprecated);
            log.Warn(ProxyEvent.IpvsDeprecated.Note);
        }

        var workers = routing.Families.Select(family => new FamilyWorker(desired, family, settings.Periods, time, Report)).ToList();
        live.WhenChanged(() =>
        {
            desired.LookAtNode();
            workers.ForEach(w => w.Request());
        });
        await new ProxyLoop(source, desired, workers, log, status).RunAsync(cancellationToken);

        void Report(SyncReport report)
        {
            conntrack.Look(report);
            status.Synced(report);
            reports.Write(report);
            if (report.Kind == SyncKind.Full)
            {
                HeapTrim.Run();
                if (report.Result.Status == WriteStatus.Done)
                {
                    succession.Serves(report.Family);
                }
            }
        }
    }

    private static ServiceCounters? OpenCounters(ProxySettings settings, IReadOnlyList<IPFamily> families)
    {
        List<NftablesPlanOptions> tables = settings.Mode == ProxyMode.Nftables ? [.. families.Select(settings.Tables).Where(t => t.Counters)] : [];
        return tables.Count > 0 ? ServiceCounters.Open(tables) : null;
    }

    private static ClientMeter? OpenMeter(ClusterOrigin origin, IClusterSource source, MetricRegistry registry)
    {
        if (origin is not ClusterOrigin.Server { Connection: var connection } || source is not ApiSource server)
        {
            return null;
        }

        WatchMetrics.AddTo(registry, () => server.Status);
        return new ClientMeter(registry, connection.Server);
    }
}
