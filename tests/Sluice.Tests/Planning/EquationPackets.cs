using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Planning;

/// <summary>The packets that a cluster is asked about: everyone who may send, to everything that is or nearly is a Service.</summary>
internal static class EquationPackets
{
    /// <summary>The packets, at most as many as said; of more, a choice drawn with the cluster's seed, one near miss for three others.</summary>
    public static IReadOnlyList<Packet> Of(EquationCluster cluster, ServiceIntent intent, int most)
    {
        var random = new Random(cluster.Seed);
        var hits = Drawn(Packets(cluster, intent, Destinations), random, most * 3 / 4);
        return [.. hits, .. Drawn(Packets(cluster, intent, NearMisses), random, most / 4)];
    }

    private static IEnumerable<Packet> Packets(
        EquationCluster cluster, ServiceIntent intent, Func<PortIntent, IPFamily, IEnumerable<(NetAddress Address, L4Protocol Protocol, int? Port)>> destinations) =>
        from port in intent.Ports
        from destination in destinations(port, cluster.Family)
        from source in Sources(port, cluster.Family)
        where MaySend(source, destination.Address)
        select Make(cluster, source, destination.Address, destination.Protocol, destination.Port);

    private static Packet[] Drawn(IEnumerable<Packet> packets, Random random, int most)
    {
        var all = packets.Distinct().ToArray();
        if (all.Length <= most)
        {
            return all;
        }

        random.Shuffle(all);
        return all[..most];
    }

    private static IEnumerable<NetAddress> Sources(PortIntent port, IPFamily family)
    {
        yield return EquationAddresses.LocalPod(family, 99);
        yield return EquationAddresses.RemotePod(family, 99);
        yield return EquationAddresses.OtherNode(family);
        yield return EquationAddresses.Client(family, 9);
        yield return EquationAddresses.Client(family, 200);
        foreach (var own in EquationAddresses.Own.Where(a => a.Family == family))
        {
            yield return own;
        }

        foreach (var endpoint in port.Endpoints.All.Take(3))
        {
            yield return endpoint.Address;
        }

        foreach (var address in port.LoadBalancerIPs.Take(1))
        {
            yield return address;
        }
    }

    private static IEnumerable<(NetAddress Address, L4Protocol Protocol, int? Port)> Destinations(PortIntent port, IPFamily family)
    {
        NetAddress[] addresses = [port.ClusterIP, .. port.ExternalIPs, .. port.LoadBalancerIPs];
        foreach (var address in addresses)
        {
            yield return (address, port.Name.Protocol, port.Port);
        }

        foreach (var own in EquationAddresses.Own.Where(a => a.Family == family))
        {
            if (port.NodePort != 0)
            {
                yield return (own, port.Name.Protocol, port.NodePort);
            }

            if (port.HealthCheckNodePort != 0)
            {
                yield return (own, L4Protocol.Tcp, port.HealthCheckNodePort);
            }
        }
    }

    // The next port, another protocol, no ports at all, an address nobody has, a node port elsewhere.
    private static IEnumerable<(NetAddress Address, L4Protocol Protocol, int? Port)> NearMisses(PortIntent port, IPFamily family)
    {
        var protocol = port.Name.Protocol;
        NetAddress[] addresses = [port.ClusterIP, .. port.ExternalIPs, .. port.LoadBalancerIPs];
        yield return (addresses[^1], protocol, port.Port + 7);
        yield return (port.ClusterIP, protocol == L4Protocol.Udp ? L4Protocol.Tcp : L4Protocol.Udp, port.Port);
        yield return (port.ClusterIP, family == IPFamily.IPv4 ? L4Protocol.Icmp : L4Protocol.IcmpV6, null);
        yield return (EquationAddresses.Other(port.ClusterIP, 100), protocol, port.Port);
        foreach (var number in new[] { port.NodePort, port.HealthCheckNodePort }.Where(n => n != 0))
        {
            yield return (port.ClusterIP, protocol, number);
            yield return (EquationAddresses.OtherNode(family), protocol, number);
            yield return (EquationAddresses.NodeIPs[(int)family], protocol == L4Protocol.Tcp ? L4Protocol.Sctp : L4Protocol.Tcp, number);
        }
    }

    // A program bound to loopback reaches nobody but this node, and what the node sends to its loopback comes from loopback.
    private static bool MaySend(NetAddress source, NetAddress destination)
    {
        var isOwn = EquationAddresses.Own.Contains(source);
        return source.IsLoopback ? EquationAddresses.Own.Contains(destination)
            : isOwn ? !destination.IsLoopback
            : source != destination;
    }

    private static Packet Make(EquationCluster cluster, NetAddress source, NetAddress destination, L4Protocol protocol, int? port)
    {
        var isOwn = EquationAddresses.Own.Contains(source);
        return new Packet(protocol, source, destination)
        {
            SourcePort = port is null ? null : 40000,
            DestinationPort = port,

            // An echo request, as ping sends it.
            IcmpType = !protocol.IsIcmp ? null : protocol == L4Protocol.Icmp ? 8 : 128,
            IcmpCode = protocol.IsIcmp ? 0 : null,
            Entry = isOwn ? PacketEntry.Local : PacketEntry.Network,
            InInterface = isOwn ? null : EquationAddresses.IsLocalPod(source) ? cluster.PodInterface : "eth0",
        };
    }
}
