using Sluice.Dataplane.Planning.Nftables;
using Sluice.Input;
using Sluice.Kubernetes.Configuration;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>What the proxy is to do: its configuration and flags, worked out for one mode.</summary>
/// <param name="Origin">Where the objects of the cluster come from.</param>
/// <param name="NodeName">The node's name.</param>
/// <param name="Node">How the node is configured.</param>
/// <param name="Periods">How often to sync.</param>
/// <param name="Backend">In iptables mode: the variant; unknown for the one that others use.</param>
internal sealed record ProxySettings(ClusterOrigin Origin, string NodeName, NodeSettings Node, SyncPeriods Periods, TableBackend Backend)
{
    /// <summary>The configuration that all this is made of: also connection tracking, what is logged and served.</summary>
    public ProxyConfiguration Configuration { get; init; } = ProxyConfiguration.Default;

    /// <summary>What kind of rules.</summary>
    public ProxyMode Mode { get; init; }

    /// <summary>In nftables mode: what shapes the table of a family.</summary>
    public required Func<IPFamily, NftablesPlanOptions> Tables { get; init; }

    /// <summary>Whether TCP connections to endpoints that are gone are forgotten.</summary>
    public bool ForgetsDeadTcp { get; init; }

    /// <summary>Whether rules of kube-proxy are removed once the proxy's own are in place.</summary>
    public bool ReplacesKubeProxy { get; init; }

    /// <summary>What is answered over HTTP.</summary>
    public ServingSettings Serving { get; init; } = ServingSettings.Default;
}
