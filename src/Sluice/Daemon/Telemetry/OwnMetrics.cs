using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>The metrics that only Sluice has.</summary>
internal static class OwnMetrics
{
    private const string OnlyWithServer = "only with an API server";

    private static readonly EquatableArray<string> s_family = ["ip_family"];
    private static readonly EquatableArray<string> s_resource = ["resource"];

    /// <summary>The rows.</summary>
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        Own("sluice_build_info", MetricKind.Gauge, "Always 1.") with { Labels = ["mode", "version"] },
        Own("sluice_sync_stage_duration_seconds", MetricKind.Histogram, "Time of the stages of a sync.") with
        {
            Labels = ["ip_family", "stage"],
            Buckets = Buckets.Stage,
            Remark = "`watch`: from the oldest change's arrival to the start; `plan`: intent, plan and difference; `read`: reading the kernel; `send`: writing until it answered",
        },
        Own("sluice_audit_duration_seconds", MetricKind.Histogram, "Time of the looks for what others changed.") with { Labels = s_family, Buckets = Buckets.Stage },
        Own("sluice_batches_total", MetricKind.Counter, "Batches (iptables, ipvs) or transactions (nftables) that the kernel took.") with { Labels = s_family },
        Own("sluice_written_total", MetricKind.Counter, "What the kernel took.") with
        {
            Labels = ["ip_family", "what"],
            Remark = "`rules` and `chains` in iptables mode, `elements` and `chains` in nftables mode, `rules`, `chains` and `steps` (entries of ipsets, servers, addresses) in ipvs mode, those removed too",
        },
        Own("sluice_drift_found_total", MetricKind.Counter, "Differences that audits found: what somebody else changed.") with
        {
            Labels = s_family,
            Remark = "lines as the log shows them: many differences of one kind may be one line",
        },
        Own("sluice_drift_mended_total", MetricKind.Counter, "Those of them that were mended.") with { Labels = s_family },
        Own("sluice_services", MetricKind.Gauge, "Services with rules in the kernel.") with { Labels = s_family },
        Own("sluice_endpoints", MetricKind.Gauge, "Endpoints of their ports, usable or not.") with { Labels = s_family },
        Own("sluice_refused_services", MetricKind.Gauge, "Services whose rules the kernel does not take; all others are in place.") with { Labels = s_family },
        Own("sluice_source_complete", MetricKind.Gauge, "Whether everything in the cluster was reported once (1) or not yet (0)."),
        Own("sluice_source_problem", MetricKind.Gauge, "Whether the cluster cannot be read as it is now (1) or can (0)."),
        Own("sluice_watch_up", MetricKind.Gauge, "Whether the watch of a resource is connected (1) or not (0).") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_listed", MetricKind.Gauge, "Whether all objects of a resource were listed once (1) or not yet (0).") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_last_heard_timestamp_seconds", MetricKind.Gauge, "When the server last said anything of a resource.") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_objects", MetricKind.Gauge, "Objects of a resource.") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_lists_total", MetricKind.Counter, "How often a resource was listed.") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_starts_total", MetricKind.Counter, "How many watches of a resource were begun.") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_events_total", MetricKind.Counter, "Events of a resource, bookmarks not counted.") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_watch_failures_total", MetricKind.Counter, "How many lists and watches of a resource failed.") with { Labels = s_resource, Remark = OnlyWithServer },
        Own("sluice_health_check_ports", MetricKind.Gauge, "Health-check node ports.") with
        {
            Labels = ["ip_family", "state"],
            Remark = "`open`, or `failed`: taken by somebody else, and tried again",
        },
        Own("sluice_conntrack_flows_looked_at_total", MetricKind.Counter, "Tracked flows that clean-ups looked at.") with { Labels = s_family },
        Own("sluice_conntrack_cleanup_failures_total", MetricKind.Counter, "Clean-ups of tracked flows that failed; they are tried again.") with { Labels = s_family },
        Own("sluice_draining_endpoints", MetricKind.Gauge, "Endpoints that are gone and get no new connections, but still have some.") with { Labels = s_family, Modes = [ProxyMode.Ipvs] },
        OfService("sluice_service_connections_total", "First packets of connections to a Service port, refused ones too."),
        OfService("sluice_service_packets_total", "Packets of connections to a Service port, of both directions."),
        OfService("sluice_service_bytes_total", "Bytes of these packets, from the IP header on."),
        Own("sluice_http_connections", MetricKind.Gauge, "Connections to the HTTP ports of the proxy.") with { Labels = ["port"] },
    ];

    private static MetricRow OfService(string name, string help) => Own(name, MetricKind.Counter, help) with
    {
        Labels = ["ip_family", "protocol", "service"],
        Modes = [ProxyMode.Nftables],
        Remark = "only with `--nftables-counters`; begins anew when the Service comes anew",
    };

    private static MetricRow Own(string name, MetricKind kind, string help) => new(name, kind, help) { State = MetricState.Own };
}
