using Sluice.Kubernetes.Configuration.Settings;
using Sluice.Netfilter.Rules;

namespace Sluice.Commands;

/// <summary>Every flag of the proxy that no field of a file stands for.</summary>
internal static class ProxyFlagTable
{
    private const string OldLogs = "log lines go to standard error, in one format";

    /// <summary>The flags of the nftables mode that <c>render</c> has too.</summary>
    public static IReadOnlyList<Setting<ProxyFlags>> Nftables { get; } =
    [
        .. Group(
            "nftables mode",
            Own(
                New("nftables-localhost-nodeports", SettingTypes.Boolean, f => f.NftablesLocalhostNodePorts, (f, v) => f with { NftablesLocalhostNodePorts = v },
                    "In nftables mode: serve IPv4 node ports on 127.0.0.0/8 too, for the node itself"),
                New("nftables-counters", SettingTypes.Boolean, f => f.NftablesCounters, (f, v) => f with { NftablesCounters = v },
                    "In nftables mode: count connections, packets and bytes of each Service address"),
                New("nftables-drop-invalid", SettingTypes.Boolean, f => f.NftablesDropInvalid, (f, v) => f with { NftablesDropInvalid = v },
                    "In nftables mode: drop forwarded packets that fit no connection"),
                New("nftables-accept-health-checks", SettingTypes.Boolean, f => f.NftablesAcceptHealthChecks, (f, v) => f with { NftablesAcceptHealthChecks = v },
                    "In nftables mode: accept what asks for health-check node ports; another table that drops it still does"))),
    ];

    /// <summary>All of them, in the order in which people are told.</summary>
    public static IReadOnlyList<Setting<ProxyFlags>> All { get; } =
    [
        .. Group(
            "What to do",
            New("config", SettingTypes.Path, f => f.Config, (f, v) => f with { Config = v },
                "A file of kind KubeProxyConfiguration; of kube-proxy's flags only --hostname-override and those of logging count beside it"),
            New("write-config-to", SettingTypes.Path, f => f.WriteConfigTo, (f, v) => f with { WriteConfigTo = v },
                "Write the configuration, defaults and flags together, to a file, and exit"),
            New("cleanup", SettingTypes.Boolean, f => f.Cleanup, (f, v) => f with { Cleanup = v },
                "Remove the rules of Service proxies, of every mode, kube-proxy's too, and exit"),
            New("cleanup-own", SettingTypes.Boolean, f => f.CleanupOwn, (f, v) => f with { CleanupOwn = v },
                "Remove the rules of this proxy, of every mode, and exit; kube-proxy's stay, and it may be running") with { IsKubeProxys = false },
            New("init-only", SettingTypes.Boolean, f => f.InitOnly, (f, v) => f with { InitOnly = v },
                "Set what only root may set (sysctls), and exit; the proxy itself then needs CAP_NET_ADMIN only"),
            New("version", SettingTypes.Version, f => f.Version, (f, v) => f with { Version = v }, "Tell the version, and exit")),
        .. Group(
            "Cluster",
            New("cluster", SettingTypes.Path, f => f.Cluster, (f, v) => f with { Cluster = v },
                "A file or folder of manifests, watched: Services, EndpointSlices, Nodes (kubectl get svc,endpointslices,nodes -A -o yaml)") with
                { Aliases = ["-c"], IsKubeProxys = false },
            New("master", SettingTypes.Text, f => f.Master, (f, v) => f with { Master = v }, "The API server's address, against the kubeconfig's"),
            New("context", SettingTypes.Text, f => f.Context, (f, v) => f with { Context = v }, "The context of the kubeconfig to take") with { IsKubeProxys = false }),
        .. Group(
            "Sluice's own",
            [
                .. Own(
                    New(
                        "iptables-backend",
                        SettingTypes.Words("NAME", ("auto", TableBackend.Unknown), ("nft", TableBackend.Nft), ("legacy", TableBackend.Legacy)),
                        f => f.Backend,
                        (f, v) => f with { Backend = v },
                        "The variant of iptables; auto: the one that others on this node use"),
                    New("replace-kube-proxy", SettingTypes.Boolean, f => f.ReplaceKubeProxy, (f, v) => f with { ReplaceKubeProxy = v },
                        "Remove kube-proxy's rules, of any mode, once the proxy's own are in place"),
                    New("conntrack-tcp-dead-endpoints", SettingTypes.Boolean, f => f.ConntrackTcpDeadEndpoints, (f, v) => f with { ConntrackTcpDeadEndpoints = v },
                        "Forget TCP connections to endpoints that are gone, so that their clients need not wait for a timeout")),
                .. Nftables,
            ]),
        .. Group(
            "Old flags",
            [
                New("healthz-port", SettingTypes.Port, f => f.HealthzPort, (f, v) => f with { HealthzPort = v },
                    "The port of the health server where --healthz-bind-address has none; 0: no server"),
                New("metrics-port", SettingTypes.Port, f => f.MetricsPort, (f, v) => f with { MetricsPort = v },
                    "The port of the metrics server where --metrics-bind-address has none; 0: no server"),
                .. ((string[])[
                    "add-dir-header", "alsologtostderr", "log-backtrace-at", "log-dir", "log-file", "log-file-max-size", "logtostderr", "one-output",
                    "skip-headers", "skip-log-headers", "stderrthreshold",
                ]).Select(f => Unused(f, "Where log lines go", OldLogs)),
                .. ((string[])["boot-id-file", "machine-id-file"]).Select(f => Unused(f, "Of cAdvisor", "no machine is identified")),
            ]),
    ];

    private static ValueSetting<ProxyFlags, T> New<T>(
        string flag, SettingType<T> type, Func<ProxyFlags, T> get, Func<ProxyFlags, T, ProxyFlags> set, string description) =>
        new(type, ProxyFlags.Default, get, set) { Flag = flag, Description = description };

    private static Setting<ProxyFlags> Unused(string flag, string description, string reason) =>
        New(flag, SettingTypes.Anything, _ => "", (f, _) => f, description) with { State = SettingState.Ignored, Reason = reason };

    private static IEnumerable<Setting<ProxyFlags>> Own(params IEnumerable<Setting<ProxyFlags>> settings) => settings.Select(s => s with { IsKubeProxys = false });

    private static IEnumerable<Setting<ProxyFlags>> Group(string name, params IEnumerable<Setting<ProxyFlags>> settings) => settings.Select(s => s with { Group = name });
}
