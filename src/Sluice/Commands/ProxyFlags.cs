using Sluice.Kubernetes.Configuration;
using Sluice.Netfilter.Rules;

namespace Sluice.Commands;

/// <summary>What the command line of the proxy says that is in no file: kube-proxy's flags without a field, and Sluice's own.</summary>
internal sealed record ProxyFlags
{
    /// <summary>What counts where nothing is said.</summary>
    public static ProxyFlags Default { get; } = new();

    /// <summary>The configuration file; empty for none.</summary>
    public string Config { get; init; } = "";

    /// <summary>Where to write the configuration to; empty for nowhere.</summary>
    public string WriteConfigTo { get; init; } = "";

    /// <summary>Whether rules are removed, and that is all.</summary>
    public bool Cleanup { get; init; }

    /// <summary>The same with the rules of this proxy only.</summary>
    public bool CleanupOwn { get; init; }

    /// <summary>Whether what needs root is done, and that is all.</summary>
    public bool InitOnly { get; init; }

    /// <summary>Whether the version is told, and that is all: true, false or raw.</summary>
    public string Version { get; init; } = "false";

    /// <summary>The API server's address, against the kubeconfig; empty for the kubeconfig's.</summary>
    public string Master { get; init; } = "";

    /// <summary>The context of the kubeconfig; empty for its current one.</summary>
    public string Context { get; init; } = "";

    /// <summary>The port of the health server; 0 for none.</summary>
    public int HealthzPort { get; init; } = ListenAddress.HealthzPort;

    /// <summary>The port of the metrics server; 0 for none.</summary>
    public int MetricsPort { get; init; } = ListenAddress.MetricsPort;

    /// <summary>A file or folder of manifests; empty for none.</summary>
    public string Cluster { get; init; } = "";

    /// <summary>The variant of iptables; unknown for the one that others use.</summary>
    public TableBackend Backend { get; init; }

    /// <summary>Whether TCP connections to endpoints that are gone are forgotten.</summary>
    public bool ConntrackTcpDeadEndpoints { get; init; }

    /// <summary>Whether kube-proxy's rules go.</summary>
    public bool ReplaceKubeProxy { get; init; }

    /// <summary>In nftables mode: whether IPv4 node ports answer on loopback addresses.</summary>
    public bool NftablesLocalhostNodePorts { get; init; }

    /// <summary>In nftables mode: whether connections, packets and bytes are counted.</summary>
    public bool NftablesCounters { get; init; }

    /// <summary>In nftables mode: whether forwarded packets that fit no connection are dropped.</summary>
    public bool NftablesDropInvalid { get; init; }

    /// <summary>In nftables mode: whether what asks for health-check node ports is accepted.</summary>
    public bool NftablesAcceptHealthChecks { get; init; }
}
