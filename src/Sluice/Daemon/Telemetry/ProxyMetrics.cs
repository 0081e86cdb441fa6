using System.Diagnostics;
using System.Diagnostics.Metrics;
using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>The instruments of a proxy's work, by what happens in it. Safe from any thread.</summary>
internal sealed class ProxyMetrics
{
    private readonly Histogram<double> _sync;
    private readonly Histogram<double> _fullSync;
    private readonly Histogram<double> _partialSync;
    private readonly Gauge<double> _lastSynced;
    private readonly Gauge<double> _lastQueued;
    private readonly Histogram<double> _programming;
    private readonly Counter<double> _serviceChanges;
    private readonly Counter<double> _endpointChanges;
    private readonly Counter<double> _healthz;
    private readonly Counter<double> _livez;
    private readonly Histogram<double> _conntrack;
    private readonly Counter<double> _conntrackDeleted;
    private readonly Histogram<double> _stage;
    private readonly Histogram<double> _audit;
    private readonly Counter<double> _batches;
    private readonly Counter<double> _written;
    private readonly Counter<double> _driftFound;
    private readonly Counter<double> _driftMended;
    private readonly Gauge<double>? _lastRules;
    private readonly Counter<double> _fullFailures;
    private readonly Counter<double> _partialFailures;
    private readonly string[] _units;

    /// <summary>Adds the instruments to a registry; counters begin at 0.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="families">The families that are routed.</param>
    public ProxyMetrics(MetricRegistry registry, IReadOnlyList<IPFamily> families)
    {
        _sync = registry.AddHistogram("kubeproxy_sync_proxy_rules_duration_seconds");
        _fullSync = registry.AddHistogram("kubeproxy_sync_full_proxy_rules_duration_seconds");
        _partialSync = registry.AddHistogram("kubeproxy_sync_partial_proxy_rules_duration_seconds");
        _lastSynced = registry.AddGauge("kubeproxy_sync_proxy_rules_last_timestamp_seconds");
        _lastQueued = registry.AddGauge("kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds");
        _programming = registry.AddHistogram("kubeproxy_network_programming_duration_seconds");
        _serviceChanges = registry.AddCounter("kubeproxy_sync_proxy_rules_service_changes_total");
        _endpointChanges = registry.AddCounter("kubeproxy_sync_proxy_rules_endpoint_changes_total");
        _healthz = registry.AddCounter("kubeproxy_proxy_healthz_total");
        _livez = registry.AddCounter("kubeproxy_proxy_livez_total");
        _conntrack = registry.AddHistogram("kubeproxy_conntrack_reconciler_sync_duration_seconds");
        _conntrackDeleted = registry.AddCounter("kubeproxy_conntrack_reconciler_deleted_entries_total");
        _stage = registry.AddHistogram("sluice_sync_stage_duration_seconds");
        _audit = registry.AddHistogram("sluice_audit_duration_seconds");
        _batches = registry.AddCounter("sluice_batches_total");
        _written = registry.AddCounter("sluice_written_total");
        _driftFound = registry.AddCounter("sluice_drift_found_total");
        _driftMended = registry.AddCounter("sluice_drift_mended_total");
        _units = registry.Mode switch
        {
            ProxyMode.Iptables => ["rules", "chains"],
            ProxyMode.Nftables => ["elements", "chains"],
            ProxyMode.Ipvs => ["steps", "rules", "chains"],
            _ => throw new UnreachableException(),
        };
        if (registry.Mode == ProxyMode.Iptables)
        {
            _lastRules = registry.AddGauge("kubeproxy_sync_proxy_rules_iptables_last");
            _fullFailures = registry.AddCounter("kubeproxy_sync_proxy_rules_iptables_restore_failures_total");
            _partialFailures = registry.AddCounter("kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total");
        }
        else if (registry.Mode == ProxyMode.Ipvs)
        {
            _fullFailures = _partialFailures = registry.AddCounter("kubeproxy_sync_proxy_rules_iptables_restore_failures_total");
        }
        else
        {
            _fullFailures = _partialFailures = registry.AddCounter("kubeproxy_sync_proxy_rules_nftables_sync_failures_total");
            var cleanups = registry.AddCounter("kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total");
            families.ToList().ForEach(f => cleanups.Add(0, Of(f)));
        }

        Changed(0, 0);
        foreach (var family in families)
        {
            foreach (var counter in (Counter<double>[])[_conntrackDeleted, _batches, _driftFound, _driftMended, _fullFailures, _partialFailures])
            {
                counter.Add(0, Of(family));
            }

            foreach (var unit in _units)
            {
                _written.Add(0, Of(family), new("what", unit));
            }
        }
    }

    /// <summary>Changes of the cluster came.</summary>
    public void Changed(int services, int endpoints)
    {
        _serviceChanges.Add(services);
        _endpointChanges.Add(endpoints);
    }

    /// <summary>A sync of a family was asked for.</summary>
    public void Queued(IPFamily family, DateTimeOffset now) => _lastQueued.Record(Seconds(now), Of(family));

    /// <summary>A sync has ended.</summary>
    /// <param name="report">What it did.</param>
    /// <param name="work">What the kernel did for it.</param>
    /// <param name="waited">How long the oldest of its changes had waited when it started; null when there was none.</param>
    /// <param name="now">The date and time.</param>
    public void Synced(SyncReport report, KernelWork work, TimeSpan? waited, DateTimeOffset now)
    {
        var family = Of(report.Family);
        var isDone = report.Result.Status == WriteStatus.Done;
        if (isDone)
        {
            _lastSynced.Record(Seconds(now), family);
        }
        else if (report.Result.Status != WriteStatus.Stopped)
        {
            (report.Kind == SyncKind.Changes ? _partialFailures : _fullFailures).Add(1, family);
        }

        if (report.Kind == SyncKind.Audit)
        {
            _audit.Record(report.Duration.TotalSeconds, family);
            _driftFound.Add(report.Result.Findings.Count, family);
            _driftMended.Add(isDone ? report.Result.Findings.Count : 0, family);
        }
        else
        {
            _sync.Record(report.Duration.TotalSeconds, family);
            (report.Kind == SyncKind.Full ? _fullSync : _partialSync).Record(report.Duration.TotalSeconds, family);
            Stage("plan", report.Duration - work.Read - work.Sent);
        }

        Stage("watch", waited ?? TimeSpan.Zero);
        Stage("read", work.Read);
        Stage("send", work.Sent);
        _batches.Add(report.Result.Batches, family);
        foreach (var unit in _units)
        {
            _written.Add(unit switch { "rules" => work.Rules.Values.Sum(), "chains" => work.Chains, _ => work.Elements }, family, new("what", unit));
        }

        foreach (var table in _lastRules is null ? [] : (string[])["filter", "nat"])
        {
            _lastRules!.Record(work.Rules.GetValueOrDefault(table), family, new("table", table));
        }

        // A stage that was not passed took no time.
        void Stage(string name, TimeSpan time)
        {
            if (time > TimeSpan.Zero)
            {
                _stage.Record(time.TotalSeconds, family, new("stage", name));
            }
        }
    }

    /// <summary>A change of endpoints is in the kernel.</summary>
    /// <param name="family">The family.</param>
    /// <param name="time">How long after it happened in the cluster.</param>
    public void Programmed(IPFamily family, TimeSpan time) => _programming.Record(time.TotalSeconds, Of(family));

    /// <summary>Connection tracking was cleaned of a family's flows to what is gone.</summary>
    public void CleanedConnections(IPFamily family, TimeSpan time, long deleted)
    {
        _conntrack.Record(time.TotalSeconds, Of(family));
        _conntrackDeleted.Add(deleted, Of(family));
    }

    /// <summary>A health endpoint answered.</summary>
    /// <param name="path"><c>healthz</c> or <c>livez</c>.</param>
    /// <param name="status">The status code.</param>
    public void Answered(string path, int status) => (path == "healthz" ? _healthz : _livez)
        .Add(1, new KeyValuePair<string, object?>("code", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;

    private static KeyValuePair<string, object?> Of(IPFamily family) => new("ip_family", family == IPFamily.IPv4 ? "IPv4" : "IPv6");
}
