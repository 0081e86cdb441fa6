using System.Diagnostics;
using Sluice.Kubernetes.Configuration;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Input;

/// <summary>Puts together what a proxy knows of its node: the flags, the Node object and the addresses of its interfaces.</summary>
internal static class NodeProfileMaker
{
    // Addresses that nobody has: where only own addresses serve node ports, a family without one serves none.
    private static readonly NetAddress[] s_nobody = [NetAddress.Parse("0.0.0.0"), NetAddress.Parse("::")];

    private static readonly NetAddress[] s_loopback = [NetAddress.Parse("127.0.0.1"), NetAddress.Parse("::1")];

    /// <summary>The profile.</summary>
    /// <param name="settings">The flags.</param>
    /// <param name="name">The node's name.</param>
    /// <param name="node">The Node object; null while there is none: its addresses, zone and pod addresses are then not known.</param>
    /// <param name="localAddresses">Every address of every interface; null to take the Node object's and loopback.</param>
    public static NodeProfile Make(NodeSettings settings, string name, Node? node, IEnumerable<NetAddress>? localAddresses = null)
    {
        var own = Own(settings, node).GroupBy(a => a.Family).Select(g => g.First()).ToEquatableArray();
        return new NodeProfile
        {
            Name = name,
            NodeIPs = own,
            LocalAddresses = (localAddresses ?? [.. node?.Addresses ?? [], .. s_loopback]).Distinct().Order().ToEquatableArray(),
            Zone = node?.Zone,
            LocalDetector = Detector(settings, node),
            MasqueradeAll = settings.MasqueradeAll,
            NodePortAddresses = settings.IsPrimaryOnly
                ? own.Concat(s_nobody.Where(n => !own.Any(o => o.Family == n.Family))).Select(Prefix.Host).Concat(settings.NodePortAddresses).ToEquatableArray()
                : settings.NodePortAddresses,
            LocalhostNodePorts = settings.LocalhostNodePorts,
        };
    }

    /// <summary>What keeps the flags from being carried out with this Node object; null when nothing does.</summary>
    public static string? FindProblem(NodeSettings settings, string name, Node? node) =>
        settings.DetectLocalMode == DetectLocalMode.NodeCidr && node is not { PodCidrs.Count: > 0 }
            ? $"--detect-local-mode NodeCIDR needs the pod addresses of the node: there is no Node {name} with spec.podCIDRs"
            : null;

    private static IEnumerable<NetAddress> Own(NodeSettings settings, Node? node)
    {
        IEnumerable<NetAddress> reported = node?.Addresses ?? [];
        return settings.NodeIP is { } given ? reported.Prepend(given) : reported;
    }

    private static LocalDetector Detector(NodeSettings settings, Node? node) => settings.DetectLocalMode switch
    {
        DetectLocalMode.ClusterCidr => OfCidrs(settings.ClusterCidrs),
        DetectLocalMode.NodeCidr => OfCidrs(node?.PodCidrs ?? []),
        DetectLocalMode.BridgeInterface => new LocalDetector.BridgeInterface(settings.BridgeInterface),
        DetectLocalMode.InterfaceNamePrefix => new LocalDetector.InterfaceNamePrefix(settings.InterfaceNamePrefix),
        _ => throw new UnreachableException(),
    };

    private static LocalDetector OfCidrs(EquatableArray<Prefix> cidrs) =>
        cidrs.Count == 0 ? LocalDetector.NotConfigured : new LocalDetector.Cidr(cidrs);
}
