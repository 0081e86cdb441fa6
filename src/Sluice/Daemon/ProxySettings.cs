using Sluice.Input;
using Sluice.Netfilter.Rules;

namespace Sluice.Daemon;

/// <summary>What the flags of the proxy say.</summary>
/// <param name="ClusterPath">The file or folder of manifests.</param>
/// <param name="NodeName">The node's name.</param>
/// <param name="Node">How the node is configured.</param>
/// <param name="Periods">How often to sync.</param>
/// <param name="Backend">The variant of iptables; unknown for the one that others use.</param>
internal sealed record ProxySettings(string ClusterPath, string NodeName, NodeSettings Node, SyncPeriods Periods, TableBackend Backend);
