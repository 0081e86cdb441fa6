using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>kube-proxy's own metrics (1.36, pkg/proxy/metrics), the ones that are not served too. Help texts are its.</summary>
internal static class KubeProxyMetrics
{
    private static readonly EquatableArray<string> s_family = ["ip_family"];

    /// <summary>The rows.</summary>
    public static IReadOnlyList<MetricRow> Rows { get; } =
    [
        new("kubeproxy_sync_proxy_rules_duration_seconds", MetricKind.Histogram, "[ALPHA] SyncProxyRules latency in seconds")
        {
            Labels = s_family,
            Buckets = Buckets.Sync,
            Remark = "full and partial syncs; audits are `sluice_audit_duration_seconds`",
        },
        new("kubeproxy_sync_full_proxy_rules_duration_seconds", MetricKind.Histogram, "[ALPHA] SyncProxyRules latency in seconds for full resyncs")
        {
            Labels = s_family,
            Buckets = Buckets.Sync,
        },
        new("kubeproxy_sync_partial_proxy_rules_duration_seconds", MetricKind.Histogram, "[ALPHA] SyncProxyRules latency in seconds for partial resyncs")
        {
            Labels = s_family,
            Buckets = Buckets.Sync,
        },
        new("kubeproxy_sync_proxy_rules_last_timestamp_seconds", MetricKind.Gauge, "[ALPHA] The last time proxy rules were successfully synced")
        {
            Labels = s_family,
            Remark = "audits that found all in order count too",
        },
        new("kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds", MetricKind.Gauge, "[ALPHA] The last time a sync of proxy rules was queued")
        {
            Labels = s_family,
        },
        new("kubeproxy_network_programming_duration_seconds", MetricKind.Histogram, "[ALPHA] In Cluster Network Programming Latency in seconds")
        {
            Labels = s_family,
            Buckets = Buckets.Programming,
            Remark = "from the annotation `endpoints.kubernetes.io/last-change-trigger-time` to the kernel's answer",
        },
        new("kubeproxy_sync_proxy_rules_endpoint_changes_pending", MetricKind.Gauge, "[ALPHA] Pending proxy rules Endpoint changes"),
        new("kubeproxy_sync_proxy_rules_endpoint_changes_total", MetricKind.Counter, "[ALPHA] Cumulative proxy rules Endpoint changes"),
        new("kubeproxy_sync_proxy_rules_service_changes_pending", MetricKind.Gauge, "[ALPHA] Pending proxy rules Service changes"),
        new("kubeproxy_sync_proxy_rules_service_changes_total", MetricKind.Counter, "[ALPHA] Cumulative proxy rules Service changes"),
        new("kubeproxy_sync_proxy_rules_no_local_endpoints_total", MetricKind.Gauge, "[ALPHA] Number of services with a Local traffic policy and no endpoints")
        {
            Labels = ["ip_family", "traffic_policy"],
        },
        new("kubeproxy_proxy_healthz_total", MetricKind.Counter, "[ALPHA] Cumulative proxy healthz HTTP status") { Labels = ["code"] },
        new("kubeproxy_proxy_livez_total", MetricKind.Counter, "[ALPHA] Cumulative proxy livez HTTP status") { Labels = ["code"] },
        new("kubeproxy_sync_proxy_rules_iptables_last", MetricKind.Gauge, "[ALPHA] Number of iptables rules written by kube-proxy in last sync")
        {
            Labels = ["ip_family", "table"],
            Modes = [ProxyMode.Iptables],
        },
        new("kubeproxy_sync_proxy_rules_iptables_total", MetricKind.Gauge, "[ALPHA] Total number of iptables rules owned by kube-proxy")
        {
            Labels = ["ip_family", "table"],
            Modes = [ProxyMode.Iptables],
            State = MetricState.NotServed,
            Remark = "a change is written without planning all rules, so nobody counts them; `sluice_services` and `sluice_endpoints` tell the size",
        },
        new("kubeproxy_sync_proxy_rules_iptables_restore_failures_total", MetricKind.Counter, "[ALPHA] Cumulative proxy iptables restore failures")
        {
            Labels = s_family,
            Modes = [ProxyMode.Iptables, ProxyMode.Ipvs],
            Remark = "in ipvs mode every sync that failed, whatever the kernel refused",
        },
        new("kubeproxy_sync_proxy_rules_iptables_partial_restore_failures_total", MetricKind.Counter, "[ALPHA] Cumulative proxy iptables partial restore failures")
        {
            Labels = s_family,
            Modes = [ProxyMode.Iptables],
        },
        new("kubeproxy_sync_proxy_rules_nftables_sync_failures_total", MetricKind.Counter, "[ALPHA] Cumulative proxy nftables sync failures")
        {
            Labels = s_family,
            Modes = [ProxyMode.Nftables],
        },
        new("kubeproxy_sync_proxy_rules_nftables_cleanup_failures_total", MetricKind.Counter, "[ALPHA] Cumulative proxy nftables cleanup failures")
        {
            Labels = s_family,
            Modes = [ProxyMode.Nftables],
            Remark = "stays 0: what is stale goes in the sync itself, not in a clean-up after it",
        },
        new("kubeproxy_conntrack_reconciler_sync_duration_seconds", MetricKind.Histogram, "[ALPHA] ReconcileConntrackFlowsLatency latency in seconds")
        {
            Labels = s_family,
            Buckets = Buckets.Sync,
        },
        new("kubeproxy_conntrack_reconciler_deleted_entries_total", MetricKind.Counter, "[ALPHA] Cumulative conntrack flows deleted by conntrack reconciler")
        {
            Labels = s_family,
        },
        new("kubeproxy_iptables_ct_state_invalid_dropped_packets_total", MetricKind.Counter, "[ALPHA] packets dropped by iptables to work around conntrack problems")
        {
            Modes = [ProxyMode.Iptables],
            State = MetricState.NotServed,
            Remark = "the rules carry no nfacct counter; `iptables -v -L KUBE-FORWARD` counts",
        },
        new("kubeproxy_iptables_localhost_nodeports_accepted_packets_total", MetricKind.Counter, "[ALPHA] Number of packets accepted on nodeports of loopback interface")
        {
            Modes = [ProxyMode.Iptables],
            State = MetricState.NotServed,
            Remark = "the rules carry no nfacct counter",
        },
        new("kubernetes_build_info", MetricKind.Gauge, "[ALPHA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.")
        {
            Labels = ["build_date", "compiler", "git_commit", "git_tree_state", "git_version", "go_version", "major", "minor", "platform"],
            Remark = "Sluice's version, not Kubernetes'; what it does not know is empty",
        },
        NotServed("kubernetes_feature_enabled", MetricKind.Gauge, "[BETA] This metric records the data about the stage and enablement of a k8s feature.", "Sluice has no feature gates"),
        NotServed("registered_metrics_total", MetricKind.Counter, "[BETA] The count of registered metrics broken by stability level and deprecation version.", "metrics are never hidden: this page is the list"),
        NotServed("hidden_metrics_total", MetricKind.Counter, "[BETA] The count of hidden metrics.", "metrics are never hidden"),
        NotServed("disabled_metrics_total", MetricKind.Counter, "[BETA] The count of disabled metrics.", "metrics are never disabled"),
        NotServed("leader_election_*", MetricKind.Gauge, "Leader election", "no proxy elects a leader"),
        NotServed("go_*", MetricKind.Gauge, "The Go runtime", "there is none: `dotnet_*` tells the same of .NET"),
    ];

    internal static MetricRow NotServed(string name, MetricKind kind, string help, string reason) =>
        new(name, kind, help) { State = MetricState.NotServed, Remark = reason };
}
