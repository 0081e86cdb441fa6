using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>How IPVS passes packets on (net/netfilter/ipvs/ip_vs_xmit.c), or refuses them (ip_vs_leave).</summary>
internal sealed class IpvsForwarding(Walk walk, PacketRouter router, Assumptions assumptions)
{
    /// <summary>Ends a branch that no real server takes; returns false.</summary>
    public bool Refuse(Branch branch, VirtualServer server)
    {
        branch.AddStep(IpvsSteps.Refused(branch.Packet, server));
        walk.End(
            branch,
            Disposition.Rejected,
            $"virtual server {server.Key} has no real server that takes new connections",
            RejectAnswer.Of(null, branch.Packet.Family));
        return false;
    }

    /// <summary>Sends a packet to its real server: on at this hook when that is the node, else through OUTPUT; false when the branch ended.</summary>
    public bool Send(Branch branch, IpvsConnection connection, Step step)
    {
        var packet = branch.Packet;
        branch.AddStep(step);
        packet.Balancing = connection;
        packet.IsBalanced = true;
        if (connection.Real.Method == ForwardingMethod.LocalNode)
        {
            return true;
        }

        var choice = router.ChoiceTo(connection.Real.Address, packet);
        if (choice.Failure is { } failure)
        {
            walk.End(branch, Disposition.Unreachable, $"real server {connection.Real}: {failure}");
            return false;
        }

        if (WhyDropped(packet, connection, choice) is { } reason)
        {
            walk.End(branch, Disposition.Dropped, reason);
            return false;
        }

        if (connection.Masquerades)
        {
            Rewrite(packet, connection);
        }

        if (choice.IsLocal)
        {
            branch.HeadingLocal = true;
            return true;
        }

        packet.Ttl = packet.Ttl is { } ttl ? ttl - 1 : null;
        branch.Take(choice);
        return connection.Real.Method == ForwardingMethod.Tunneling ? Encapsulate(branch, connection) : EnterOutput(branch);
    }

    /// <summary>How a packet gets to its real server when its destination is not rewritten; null when it is, or when the node is the real server.</summary>
    public static string? HowSent(TracedPacket packet) => packet.Balancing is { Real: { Method: ForwardingMethod.DirectRouting } real } && packet.IsBalanced
        ? $"IPVS sends it to real server {real.Address} as it is (direct routing)"
        : null;

    // ip_vs_update_conntrack: the answers are expected from the real server, though nothing is translated by connection tracking.
    private static void Rewrite(TracedPacket packet, IpvsConnection connection)
    {
        (packet.Destination, packet.DestinationPort) = (connection.Real.Address, connection.RealPort);
        (packet.ReplySource, packet.ReplySourcePort) = (packet.Destination, packet.DestinationPort);
    }

    // ip_vs_nat_xmit, crosses_local_route_boundary and decrement_ttl.
    private static string? WhyDropped(TracedPacket packet, IpvsConnection connection, RouteChoice choice) =>
        choice.IsLocal
            ? packet.Hook == Hook.Input && connection.Masquerades && connection.Real.Address.IsLoopback && packet.Family == IPFamily.IPv4
                ? "IPVS sends nothing that came in to a loopback address" : null
        : packet.Source.IsLoopback ? "IPVS sends nothing from a loopback address to another host"
        : packet.Ttl <= 1 ? "its time to live is over"
        : null;

    private bool Encapsulate(Branch branch, IpvsConnection connection)
    {
        assumptions.Add("the packets of IPVS' tunnels, which carry others, are taken to pass the rules of OUTPUT and POSTROUTING");
        walk.End(branch, Disposition.Forwarded, $"IPVS sends it to real server {connection.Real.Address} in a tunnel");
        return false;
    }

    // NF_HOOK(LOCAL_OUT) with what connection tracking found before; the destination's translation is settled.
    private bool EnterOutput(Branch branch)
    {
        var packet = branch.Packet;
        if (packet.HasConnection)
        {
            assumptions.Add("net.ipv4.vs.conntrack is 1, as kube-proxy sets it: connections that IPVS balances stay tracked");
        }

        branch.DestinationChosen = true;
        packet.InInterface = "";
        packet.OutInterface = branch.HeadingOut;
        HookWalk.EnterHook(branch, Hook.Output);
        return true;
    }
}
