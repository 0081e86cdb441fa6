using Sluice.Kubernetes.Configuration.Settings;

namespace Sluice.Kubernetes.Configuration;

public static partial class ConfigurationTable
{
    private const string FewRequests = "the proxy lists and watches a few kinds and writes Events: it has no queue of requests";

    private static IEnumerable<Setting<ProxyConfiguration>> Cluster =>
    [
        New("hostnameOverride", "hostname-override", SettingTypes.Name, c => c.HostnameOverride, (c, v) => c with { HostnameOverride = v.Trim().ToLowerInvariant() },
            "The node, as endpoints name it (without it: this machine's name)") with { Aliases = ["--node"], OverridesFile = true },
        New("bindAddress", "bind-address", new AddressType(), c => c.BindAddress, (c, v) => c with { BindAddress = v },
            "The node's own address, against its Node object; 0.0.0.0 or :: for the object's").Live() with { IsZeroDefault = true },
        New("clientConnection.kubeconfig", "kubeconfig", SettingTypes.Path, c => c.ClientConnection.Kubeconfig,
            (c, v) => c with { ClientConnection = c.ClientConnection with { Kubeconfig = v } },
            "The file that says how to reach the API server (without it: the pod's service account)"),
        New("clientConnection.contentType", "kube-api-content-type", SettingTypes.Text, c => c.ClientConnection.ContentType,
            (c, v) => c with { ClientConnection = c.ClientConnection with { ContentType = v } },
            "What requests are written in").Without("requests and answers are JSON") with { IsZeroDefault = true },
        New("clientConnection.acceptContentTypes", null, SettingTypes.Text, c => c.ClientConnection.AcceptContentTypes,
            (c, v) => c with { ClientConnection = c.ClientConnection with { AcceptContentTypes = v } },
            "What answers may be written in").Without("requests and answers are JSON"),
        New("clientConnection.qps", "kube-api-qps", new DecimalType(), c => c.ClientConnection.Qps,
            (c, v) => c with { ClientConnection = c.ClientConnection with { Qps = v } },
            "Requests per second to the API server").Without(FewRequests) with { IsZeroDefault = true },
        New("clientConnection.burst", "kube-api-burst", SettingTypes.Count, c => c.ClientConnection.Burst,
            (c, v) => c with { ClientConnection = c.ClientConnection with { Burst = v } },
            "Requests that may go at once before that counts").Without(FewRequests) with { IsZeroDefault = true },
        New("configSyncPeriod", "config-sync-period", SettingTypes.Period, c => c.ConfigSyncPeriod, (c, v) => c with { ConfigSyncPeriod = v },
            "How often to look again at all that is known of the cluster")
            .Without("there is nothing to look at again: each sync period the kernel is compared with it anyway") with { IsZeroDefault = true },
        New("featureGates", "feature-gates", new GatesType(), c => c.FeatureGates, (c, v) => c with { FeatureGates = v },
            "Features of kube-proxy to switch on or off").Without("what they switch is fixed here; a gate that asks for something else is told"),
        New("oomScoreAdj", "oom-score-adj", new IntegerType(-1000, 1000), c => c.OomScoreAdj, (c, v) => c with { OomScoreAdj = v },
            "What the kernel's out-of-memory killer thinks of the proxy; -1000: never").Live(),
    ];
}
