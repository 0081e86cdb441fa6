using OpenTelemetry.Exporter;
using Sluice.Daemon.Events;
using Sluice.Daemon.Health;
using Sluice.Daemon.Telemetry;
using Sluice.Input;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>Puts the proxy of this machine together and runs it.</summary>
internal static class ProxyHost
{
    /// <summary>Runs until cancelled. The rules stay in place.</summary>
    /// <exception cref="CommandFailure">It cannot run here.</exception>
    public static async Task RunAsync(ProxySettings settings, TimeProvider time, EventLog log, CancellationToken cancellationToken)
    {
        using var instance = InstanceLock.TakeOrFail();
        ConntrackSysctls.Apply(settings.Conntrack, log);
        using var routing = NodeRouting.Open(settings, log);
        var families = routing.Families.Select(f => f.Family).ToList();
        log.Info(
            "starting",
            ("node", settings.NodeName),
            ("cluster", settings.Origin.Name),
            ("mode", settings.Mode.ToString().ToLowerInvariant()),
            ("by", routing.Tool),
            ("families", string.Join(',', families)));
        NodeSysctls.CheckForwarding(log);
        if (ServesLocalhost(settings.Node))
        {
            NodeSysctls.AllowLocalhostNodePorts(log);
        }

        var source = settings.Origin.Open(settings.NodeName, time);
        using var connections = source as IDisposable;
        var desired = new DesiredState(settings.NodeName, new NodeDescriber(settings.Node, settings.NodeName, log).Describe, families);
        var reports = new SyncLog(log);
        var succession = new Succession(settings.Mode, settings.ReplacesKubeProxy, families, log);
        await using var conntrack = ConntrackCleaner.Start(families, settings.ForgetsDeadTcp, time, log);
        using var otlp = settings.Serving.OtlpPeriod is { } period ? OtlpExport.Start(new OtlpExporterOptions(), period, settings.NodeName, log) : null;
        using var registry = new MetricRegistry(settings.Mode);
        var health = new ProxyHealth(settings.NodeName, families, settings.Periods.Audit, time);
        var status = new ProxyStatus(health, registry, routing.Meters, _ => null, time);
        var events = new NoEventRecorder();
        await using var web = await ProxyWeb.StartAsync(settings.Serving, status, events, log, time);
        events.Record(ProxyEvent.Starting);
        var workers = routing.Families.Select(family => new FamilyWorker(desired, family, settings.Periods, time, Report)).ToList();
        await new ProxyLoop(source, desired, workers, log, status).RunAsync(cancellationToken);
        log.Info("stopped");

        void Report(SyncReport report)
        {
            reports.Write(report);
            conntrack.Look(report);
            status.Synced(report);
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

    private static bool ServesLocalhost(NodeSettings node)
    {
        var ranges = node.NodePortAddresses.Where(p => p.Family == IPFamily.IPv4).ToList();
        return node.LocalhostNodePorts
            && (ranges.Count == 0 ? !node.IsPrimaryOnly : ranges.Exists(p => p.IsAny || p.Address.IsLoopback || p.Contains(NetAddress.Parse("127.0.0.1"))));
    }
}
