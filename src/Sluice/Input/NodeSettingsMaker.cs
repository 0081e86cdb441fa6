using System.Diagnostics;
using Sluice.Daemon;
using Sluice.Dataplane.Planning;
using Sluice.Kubernetes.Configuration;
using Sluice.Net;

namespace Sluice.Input;

/// <summary>What a proxy's configuration says of the node, for one mode.</summary>
internal static class NodeSettingsMaker
{
    private static readonly Prefix s_loopback = Prefix.Parse("127.0.0.0/8");

    /// <summary>The settings.</summary>
    /// <param name="configuration">The configuration, without problems.</param>
    /// <param name="mode">The mode: with nftables node ports are on the node's own addresses only, unless others are named.</param>
    /// <param name="localhostNodePorts">In nftables mode: whether node ports answer on loopback, which no field of a file says.</param>
    public static NodeSettings Make(ProxyConfiguration configuration, ProxyMode mode, bool localhostNodePorts)
    {
        var isNftables = mode == ProxyMode.Nftables;
        var nodePorts = configuration.NodePortAddresses;
        var isDefault = isNftables && nodePorts.IsUnset;
        var localhost = mode switch
        {
            ProxyMode.Iptables => configuration.Iptables.LocalhostNodePorts,
            ProxyMode.Nftables => localhostNodePorts,

            // IPVS takes no packets of 127.0.0.0/8.
            ProxyMode.Ipvs => false,
            _ => throw new UnreachableException(),
        };
        return new NodeSettings
        {
            Name = configuration.HostnameOverride is { Length: > 0 } name ? name : null,
            NodeIP = configuration.BindAddress.IsUnspecified ? null : configuration.BindAddress,
            DetectLocalMode = configuration.DetectLocalMode,
            ClusterCidrs = configuration.ClusterCidr,
            BridgeInterface = configuration.DetectLocal.BridgeInterface,
            InterfaceNamePrefix = configuration.DetectLocal.InterfaceNamePrefix,
            MasqueradeAll = isNftables ? configuration.Nftables.MasqueradeAll : configuration.Iptables.MasqueradeAll,
            IsPrimaryOnly = nodePorts.IsPrimary || isDefault,
            IsPrimaryByDefault = isDefault,
            NodePortAddresses = isDefault && localhost ? [s_loopback] : nodePorts.Ranges,
            LocalhostNodePorts = localhost,
            MasqueradeMark = 1u << (isNftables ? configuration.Nftables.MasqueradeBit : configuration.Iptables.MasqueradeBit),
        };
    }

    /// <summary>A name in a configuration that cannot stand in a rule; null when there is none.</summary>
    public static ConfigurationProblem? FindProblem(ProxyConfiguration configuration) => configuration.DetectLocalMode switch
    {
        DetectLocalMode.BridgeInterface => Check("detectLocal.bridgeInterface", configuration.DetectLocal.BridgeInterface, isPrefix: false),
        DetectLocalMode.InterfaceNamePrefix => Check("detectLocal.interfaceNamePrefix", configuration.DetectLocal.InterfaceNamePrefix, isPrefix: true),
        _ => null,
    };

    private static ConfigurationProblem? Check(string field, string name, bool isPrefix) => InterfaceName.IsValid(name, isPrefix) ? null
        : new ConfigurationProblem(field, $"not {(isPrefix ? "the beginning of " : "")}an interface's name: '{name.ReplaceLineEndings(" ")}'");
}
