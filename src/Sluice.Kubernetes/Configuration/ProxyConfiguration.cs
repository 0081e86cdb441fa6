using Sluice.Net;

namespace Sluice.Kubernetes.Configuration;

/// <summary>
/// What a proxy's file of kind KubeProxyConfiguration says (kubeproxy.config.k8s.io/v1alpha1 of Kubernetes 1.36), parsed, with kube-proxy's
/// defaults. Its shape is the file's; what each field means stands in <see cref="ConfigurationTable"/>.
/// </summary>
public sealed record ProxyConfiguration
{
    /// <summary>The values that count where nothing is said.</summary>
    public static ProxyConfiguration Default { get; } = new();

    /// <summary>Names of feature gates and whether they are on, ordered by name.</summary>
    public EquatableArray<KeyValuePair<string, bool>> FeatureGates { get; init; }

    /// <summary>How the API server is reached.</summary>
    public ClientConnectionConfiguration ClientConnection { get; init; } = new();

    /// <summary>What is logged, and how.</summary>
    public LoggingConfiguration Logging { get; init; } = new();

    /// <summary>The node's name; empty for the machine's.</summary>
    public string HostnameOverride { get; init; } = "";

    /// <summary>The node's own address; an unspecified one (0.0.0.0) for the Node object's.</summary>
    public NetAddress BindAddress { get; init; } = NetAddress.V4(0);

    /// <summary>Where health is served; null for nowhere.</summary>
    public ListenAddress? HealthzBindAddress { get; init; } = new ListenAddress(NetAddress.V4(0), ListenAddress.HealthzPort);

    /// <summary>Where metrics are served; null for nowhere.</summary>
    public ListenAddress? MetricsBindAddress { get; init; } = new ListenAddress(NetAddress.Parse("127.0.0.1"), ListenAddress.MetricsPort);

    /// <summary>Whether the proxy ends when one of these addresses cannot be had.</summary>
    public bool BindAddressHardFail { get; init; }

    /// <summary>Whether profiles are served.</summary>
    public bool EnableProfiling { get; init; }

    /// <summary>A minor version whose hidden metrics are shown, as <c>1.35</c>; empty for none.</summary>
    public string ShowHiddenMetricsForVersion { get; init; } = "";

    /// <summary>What kind of rules.</summary>
    public RoutingMode Mode { get; init; }

    /// <summary>Of iptables mode.</summary>
    public IptablesConfiguration Iptables { get; init; } = new();

    /// <summary>Of IPVS mode.</summary>
    public IpvsConfiguration Ipvs { get; init; } = new();

    /// <summary>Of nftables mode.</summary>
    public NftablesConfiguration Nftables { get; init; } = new();

    /// <summary>Of Windows.</summary>
    public WinkernelConfiguration Winkernel { get; init; } = new();

    /// <summary>By what traffic of pods is known.</summary>
    public DetectLocalMode DetectLocalMode { get; init; }

    /// <summary>Names for two of these modes.</summary>
    public DetectLocalConfiguration DetectLocal { get; init; } = new();

    /// <summary>The cluster's pod addresses: none, one range, or one of each family.</summary>
    public EquatableArray<Prefix> ClusterCidr { get; init; }

    /// <summary>Where node ports are served.</summary>
    public NodePortAddresses NodePortAddresses { get; init; } = NodePortAddresses.Unset;

    /// <summary>What the kernel's out-of-memory killer thinks of the proxy, from -1000 (never) to 1000.</summary>
    public int OomScoreAdj { get; init; } = -999;

    /// <summary>Of the kernel's connection tracking.</summary>
    public ConntrackConfiguration Conntrack { get; init; } = new();

    /// <summary>How often kube-proxy looks at everything it knows of the cluster again.</summary>
    public TimeSpan ConfigSyncPeriod { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Ports of a mode that kube-proxy no longer has.</summary>
    public string PortRange { get; init; } = "";

    /// <summary>Whether Windows runs the proxy as a service.</summary>
    public bool WindowsRunAsService { get; init; }
}
