using System.Diagnostics.Metrics;
using Sluice.Daemon.Health;
using Sluice.Daemon.Telemetry;
using Sluice.Kubernetes.Cluster;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Daemon;

/// <summary>
/// Follows what the proxy does, for its health, its metrics and its health-check ports. Told by the loop and by the workers, which it does
/// not hold up; asked from any thread.
/// </summary>
internal sealed class ProxyStatus
{
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _start;
    private readonly Dictionary<IPFamily, Routed> _routed = [];
    private volatile bool _hasProblem;

    /// <summary>A status of a proxy that has not started.</summary>
    /// <param name="health">Follows how far the families are.</param>
    /// <param name="registry">Gets the metrics.</param>
    /// <param name="meters">What measures the families' kernels.</param>
    /// <param name="time">The clock.</param>
    public ProxyStatus(ProxyHealth health, MetricRegistry registry, IReadOnlyDictionary<IPFamily, KernelMeter> meters, TimeProvider time)
    {
        (Health, Registry, _time, _start) = (health, registry, time, time.GetUtcNow());
        var families = health.Families.Select(f => f.Family).ToList();
        Metrics = new ProxyMetrics(registry, families);
        families.ForEach(f => _routed[f] = new Routed(meters[f]));
        registry.Observe("kubeproxy_sync_proxy_rules_service_changes_pending", () => health.Families.Max(f => f.CountPending().Services));
        registry.Observe("kubeproxy_sync_proxy_rules_endpoint_changes_pending", () => health.Families.Max(f => f.CountPending().Endpoints));
        registry.Observe("kubeproxy_sync_proxy_rules_no_local_endpoints_total", CountWithoutLocal);
        registry.Observe("sluice_services", () => Each(r => r.Held?.ServiceCount));
        registry.Observe("sluice_endpoints", () => Each(r => r.Held?.EndpointCount));
        registry.Observe("sluice_refused_services", () => Each(r => r.Refused));
        registry.Observe("sluice_source_complete", () => health.Read().IsComplete ? 1 : 0);
        registry.Observe("sluice_source_problem", () => _hasProblem ? 1 : 0);
        ProcessMetrics.AddTo(registry);
    }

    /// <summary>How far the families are.</summary>
    public ProxyHealth Health { get; }

    /// <summary>All metrics.</summary>
    public MetricRegistry Registry { get; }

    /// <summary>What is counted.</summary>
    public ProxyMetrics Metrics { get; }

    /// <summary>Told the intent that a family's rules are of, after each sync that brought them there.</summary>
    public Action<ServiceIntent>? Routes { get; set; }

    /// <summary>The source reported something, and it was taken in.</summary>
    /// <param name="update">What it reported.</param>
    /// <param name="isQueued">Whether it is for the workers to do something now.</param>
    public void Arrived(ClusterUpdate update, bool isQueued)
    {
        _hasProblem = update.Problem is not null;
        Health.Look(update.Changes);
        var services = update.Changes.Count(c => ObjectOf(c) is Service);
        var slices = update.Changes.Count(c => ObjectOf(c) is EndpointSlice);
        Metrics.Changed(services, slices);
        if (!isQueued)
        {
            return;
        }

        var (at, now) = (_time.GetTimestamp(), _time.GetUtcNow());
        foreach (var family in Health.Families)
        {
            family.Arrived(new ArrivedChanges(at, services, slices, slices == 0 ? [] : TriggersOf(update.Changes, family.Family)));
            Metrics.Queued(family.Family, now);
        }
    }

    /// <summary>A sync has just ended. For one thread of each family at a time.</summary>
    public void Synced(SyncReport report)
    {
        var (routed, now) = (_routed[report.Family], _time.GetUtcNow());
        routed.Count(report);
        var started = _time.GetTimestamp() - (long)(report.Duration.TotalSeconds * _time.TimestampFrequency);
        IReadOnlyList<ArrivedChanges> arrived = report.Result.Status == WriteStatus.Done ? Health.Of(report.Family).Synced(started) : [];
        Metrics.Synced(report, routed.Meter.Take(), arrived.Count > 0 ? _time.GetElapsedTime(arrived[0].At, started) : null, now);
        foreach (var changes in arrived)
        {
            foreach (var trigger in changes.Triggers)
            {
                // A clock that was set back: a time that would be negative is none.
                Metrics.Programmed(report.Family, now > trigger ? now - trigger : TimeSpan.Zero);
            }
        }

        if (report.Held is { Now: var held })
        {
            routed.Held = held;
            Routes?.Invoke(held);
        }
    }

    // What happened before the proxy ran did not wait for it alone; of a slice that is gone nobody knows when it went.
    private List<DateTimeOffset> TriggersOf(IReadOnlyList<ClusterChange> changes, IPFamily family)
    {
        var triggers = new List<DateTimeOffset>();
        foreach (var change in changes)
        {
            if (change is ClusterChange.Upsert { Object: EndpointSlice slice } && slice.Family == family && slice.LastChange.At is { } trigger && trigger > _start)
            {
                triggers.Add(trigger);
            }
        }

        return triggers;
    }

    private IEnumerable<Measurement<double>> Each(Func<Routed, double?> value)
    {
        foreach (var (family, routed) in _routed)
        {
            if (value(routed) is { } number)
            {
                yield return new Measurement<double>(number, new KeyValuePair<string, object?>("ip_family", family.ToString()));
            }
        }
    }

    // Counted when somebody asks, not with every change.
    private IEnumerable<Measurement<double>> CountWithoutLocal()
    {
        foreach (var (family, routed) in _routed)
        {
            var (inside, outside) = (0, 0);
            foreach (var port in routed.Held?.Ports ?? [])
            {
                if (port.UsesLocalEndpoints && port.Endpoints is { Local.Count: 0, HasAny: true })
                {
                    inside += port.InternalPolicyLocal ? 1 : 0;
                    outside += port.ExternalPolicyLocal && port.IsExternallyAccessible ? 1 : 0;
                }
            }

            yield return new Measurement<double>(inside, new("ip_family", family.ToString()), new("traffic_policy", "internal"));
            yield return new Measurement<double>(outside, new("ip_family", family.ToString()), new("traffic_policy", "external"));
        }
    }

    private static ClusterObject? ObjectOf(ClusterChange change) => change switch
    {
        ClusterChange.Upsert { Object: var item } => item,
        ClusterChange.Delete { Object: var item } => item,
        _ => null,
    };

    private sealed class Routed(KernelMeter meter)
    {
        private volatile ServiceIntent? _held;
        private readonly HashSet<ObjectName> _refusedServices = [];
        private volatile int _refused;

        public KernelMeter Meter { get; } = meter;

        public ServiceIntent? Held
        {
            get => _held;
            set => _held = value;
        }

        public int Refused => _refused;

        public void Count(SyncReport report)
        {
            _refusedServices.ExceptWith(report.Accepted);
            _refusedServices.UnionWith(report.Refused.Select(r => r.Service));
            _refused = _refusedServices.Count;
        }
    }
}
