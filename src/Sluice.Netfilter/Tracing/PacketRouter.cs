using Sluice.Netfilter.Net;
using Sluice.Netfilter.Routing;

namespace Sluice.Netfilter.Tracing;

/// <summary>The routing decisions on a packet's way, from what the snapshot knows of addresses and routes.</summary>
internal sealed class PacketRouter(NodeSnapshot node, Assumptions assumptions)
{
    /// <summary>What a routing decision looks at.</summary>
    public static RouteKey KeyOf(TracedPacket packet) => new(packet.Destination, packet.Source, packet.Mark, packet.Tos);

    /// <summary>The address that a packet leaving by the interface gets (inet_select_addr, ipv6_dev_get_saddr); null when it has none.</summary>
    public static NetAddress? SourceFor(NetInterface device, NetAddress nextHop)
    {
        NetAddress? first = null;
        foreach (var address in device.Addresses)
        {
            if (address.Address.Family != nextHop.Family || address.IsSecondary || address.Scope > AddressScope.Link)
            {
                continue;
            }

            if (address.Network.Contains(nextHop))
            {
                return address.Address;
            }

            first ??= address.Address;
        }

        return first;
    }

    /// <summary>Whether the kernel asks the route_localnet sysctl before it takes the packet.</summary>
    public bool NeedsLocalnetRouting(TracedPacket packet) =>
        packet.Family == IPFamily.IPv4 && packet.InInterface != "lo" && !packet.IsDestinationUnknown &&
        (packet.Destination.IsLoopback || packet.Source.IsLoopback);

    /// <summary>Routes the packet: whether it is for this node, and by which interface it leaves.</summary>
    public void Decide(Branch branch, bool isOutput)
    {
        var packet = branch.Packet;
        branch.Gateway = null;
        if (packet.IsDestinationUnknown || node.IsLocal(packet.Destination) || (!isOutput && node.IsBroadcast(packet.Destination)))
        {
            branch.HeadingLocal = true;
            branch.HeadingOut = "lo";
            return;
        }

        branch.HeadingLocal = false;
        branch.HeadingOut = null;
        _ = assumptions;
    }

    /// <summary>Whether the last decision found a way; else why not.</summary>
    public bool IsReachable(Branch branch, out string? reason)
    {
        _ = branch;
        reason = null;
        return true;
    }
}
