using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>What IPVS does to a packet at its hooks (ip_vs_in_hook and ip_vs_out_hook in net/netfilter/ipvs/ip_vs_core.c).</summary>
internal sealed class IpvsWalk(Walk walk, IpvsTable table, PacketRouter router, Assumptions assumptions)
{
    private readonly IpvsForwarding _forwarding = new(walk, router, assumptions);

    /// <summary>Sends a client's packet on to its real server, choosing one for a new connection; false when the branch ended.</summary>
    public bool Request(Branch branch)
    {
        var packet = branch.Packet;
        if (packet.IsBalanced)
        {
            return true;
        }

        if (packet.Balancing is { } known)
        {
            return !known.IsRequest(packet) || _forwarding.Send(branch, known, IpvsSteps.Known(packet, known));
        }

        return !IpvsFinder.MayBeScheduled(packet) ||
            IpvsFinder.Find(table, packet, condition => Decide(branch, condition)) is not { } server ||
            Schedule(branch, server);
    }

    /// <summary>Gives an answer of a real server the source that the client knows.</summary>
    public void Answer(Branch branch)
    {
        var packet = branch.Packet;
        if (packet.IsBalanced || packet.Balancing is not { } known || !known.IsAnswer(packet))
        {
            return;
        }

        packet.IsBalanced = true;
        (packet.Source, packet.SourcePort) = (known.Virtual, known.VirtualPort);
        branch.AddStep(IpvsSteps.Answer(packet, known));

        // handle_response: routed as if the node had made it (sysctl snat_reroute).
        if (packet.Hook != Hook.Input)
        {
            router.Reroute(branch);
            packet.OutInterface = branch.HeadingOut;
        }
    }

    private bool Schedule(Branch branch, VirtualServer server)
    {
        var packet = branch.Packet;
        if (Remembered(branch, server) is { } remembered)
        {
            return Take(branch, server, new IpvsOption(remembered, Probability.One));
        }

        var options = IpvsScheduler.Options(server, packet, real => IsOverloaded(branch, real));
        for (var i = 0; i < options.Count; i++)
        {
            if (options[i].Condition is not { } condition)
            {
                return Draw(branch, server, [.. options.Skip(i)]);
            }

            if (i == options.Count - 1)
            {
                packet.AddFact(condition, holds: true);
            }

            if (Decide(branch, condition))
            {
                return Take(branch, server, options[i]);
            }
        }

        return _forwarding.Refuse(branch, server);
    }

    // ip_vs_sched_persist: whom a client's template names, if it still takes connections.
    private RealServer? Remembered(Branch branch, VirtualServer server)
    {
        List<RealServer> open = [.. server.RealServers.Where(r => r.Weight > 0)];
        if (server.PersistenceSeconds is null || server.RealServers.Count < 2)
        {
            return null;
        }

        if (open.Count < server.RealServers.Count)
        {
            assumptions.Add("net.ipv4.vs.expire_quiescent_template is 1, as kube-proxy sets it: IPVS forgets clients of real servers with weight 0");
        }

        var client = branch.Packet.Source;
        var clients = server.PersistencePrefixLength is { } length && length < client.Width ? $"clients of {Prefix.Of(client, length)}" : $"client {client}";
        return open.Count == 1 ? open[0] : open.FirstOrDefault(r => Decide(branch, $"IPVS remembers {clients} at {r} for {server.Key}"));
    }

    private bool IsOverloaded(Branch branch, RealServer real) =>
        real.UpperThreshold > 0 && Decide(branch, $"{real} is overloaded, with {real.UpperThreshold} connections");

    // Follows every option: the copies later, this branch on the first. False when the branch ended.
    private bool Draw(Branch branch, VirtualServer server, List<IpvsOption> options)
    {
        for (var i = options.Count - 1; i > 0; i--)
        {
            var other = branch.Fork();
            other.Probability *= options[i].Share;
            if (Take(other, server, options[i]))
            {
                walk.Later(other);
            }
        }

        branch.Probability *= options[0].Share;
        return Take(branch, server, options[0]);
    }

    private bool Take(Branch branch, VirtualServer server, IpvsOption option)
    {
        if (option.Real is not { } real)
        {
            return _forwarding.Refuse(branch, server);
        }

        var packet = branch.Packet;
        var connection = new IpvsConnection(
            server, real, PortAt(server, real, packet), packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
        return _forwarding.Send(branch, connection, IpvsSteps.Scheduled(packet, connection, option.Share));
    }

    // ip_vs_schedule and ip_vs_sched_persist: a virtual server for any port leaves the packet's.
    private static int? PortAt(VirtualServer server, RealServer real, TracedPacket packet)
    {
        var isAnyPort = server.Key is VirtualServerKey.Address { Port: 0 } ||
            (server.Key is VirtualServerKey.Mark && server.PersistenceSeconds is not null && packet.DestinationPort != 0);
        return real.Port == 0 || isAnyPort ? packet.DestinationPort : real.Port;
    }

    // Splits the branch: the copy comes to IPVS again, knowing one answer more.
    private bool Decide(Branch branch, string condition)
    {
        if (branch.Packet.KnownFact(condition) is { } known)
        {
            return known;
        }

        var other = branch.Fork();
        other.Item--;
        other.Packet.AddFact(condition, holds: false);
        walk.Later(other);
        branch.Packet.AddFact(condition, holds: true);
        return true;
    }
}
