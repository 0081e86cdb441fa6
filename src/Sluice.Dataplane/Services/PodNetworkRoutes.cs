using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;

namespace Sluice.Dataplane.Services;

/// <summary>Finds the addresses of pods among a node's interfaces and routes.</summary>
internal static class PodNetworkRoutes
{
    // Bridges and tunnels that network plugins make for pods.
    private static readonly string[] s_bridges = ["cni", "cbr", "kube-bridge", "flannel", "weave", "lxdbr", "cilium_host", "antrea-gw", "ovn-k8s", "cali", "vxlan.calico", "tunl"];

    /// <summary>The network behind an interface that a network plugin made, or a route to one.</summary>
    public static PodNetwork? Find(NodeSnapshot node, IPFamily family)
    {
        foreach (var device in node.Interfaces?.Interfaces ?? default)
        {
            foreach (var address in device.Addresses)
            {
                if (address.Address.Family == family && IsPods(device.Name) && !address.Network.IsHost && !address.Address.IsLinkLocal)
                {
                    return new PodNetwork(address.Network, $"it is the network of interface {device.Name}");
                }
            }
        }

        foreach (var route in node.Routing?.Routes ?? default)
        {
            if (route.Destination.Family == family && IsPods(route.Interface) && !route.Destination.Address.IsLinkLocal && route.Destination.Length > 0)
            {
                return new PodNetwork(route.Destination, $"it is routed to interface {route.Interface}");
            }
        }

        return null;
    }

    /// <summary>Adds where the node's own pods are, when an interface has an address in the network.</summary>
    public static PodNetwork Locate(NodeSnapshot node, PodNetwork pods)
    {
        foreach (var device in node.Interfaces?.Interfaces ?? default)
        {
            foreach (var address in device.Addresses)
            {
                if (pods.Prefix.Contains(address.Address) && address.Network is { IsHost: false } network && IsPods(device.Name))
                {
                    return pods with { OnNode = network, Interface = device.Name };
                }
            }
        }

        foreach (var route in node.Routing?.Routes ?? default)
        {
            if (route is { Type: RouteType.Unicast, Gateway: null, Interface: { } device } && IsPods(device) && pods.Prefix.Contains(route.Destination.Address))
            {
                return pods with { OnNode = route.Destination, Interface = device };
            }
        }

        return pods;
    }

    private static bool IsPods(string? device) => device is not null && Array.Exists(s_bridges, b => device.StartsWith(b, StringComparison.Ordinal));
}
