using Sluice.Dataplane.Modes;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Comparing;

/// <summary>
/// What a mode costs for a cluster, counted exactly: in rules that the first packet of a connection is compared with, from a pod to a cluster address, and in what the
/// kernel holds.
/// </summary>
/// <param name="First">Rules for the first Service in the order of names that has an endpoint.</param>
/// <param name="Median">Rules for the one in the middle.</param>
/// <param name="Last">Rules for the last.</param>
/// <param name="NoService">Rules for a packet from the pod to an address outside that is no Service's.</param>
/// <param name="Held">What the kernel holds.</param>
public sealed record CountedCost(int First, int Median, int Last, int NoService, HeldRules Held)
{
    /// <summary>Plans a cluster in a mode, and counts.</summary>
    /// <exception cref="ArgumentException">The cluster has no Service, or one that cannot be planned.</exception>
    public static CountedCost Of(PlannedMode mode, ServiceIntent cluster)
    {
        ArgumentNullException.ThrowIfNull(mode);
        ArgumentNullException.ThrowIfNull(cluster);
        var reached = Reached(cluster);
        if (reached.Count == 0)
        {
            throw new ArgumentException("a cluster without Services costs nothing", nameof(cluster));
        }

        var node = mode.Plan(cluster);
        var tracer = new Tracer(node);
        int To(PortIntent port) => Rules(tracer, cluster, port.Name.Protocol, port.ClusterIP, port.Port);
        return new CountedCost(
            To(reached[0]), To(reached[(reached.Count - 1) / 2]), To(reached[^1]),
            Rules(tracer, cluster, L4Protocol.Tcp, PlannedSurroundings.Nobody(cluster.Family), port: 9),
            HeldRules.Of(node));
    }

    // The first port of each Service that leads somewhere; where none does, that refuses.
    private static List<PortIntent> Reached(ServiceIntent cluster)
    {
        var serving = cluster.Services.Select(s => s.Value.FirstOrDefault(p => p.InternalEndpoints.Count > 0)).OfType<PortIntent>().ToList();
        return serving.Count > 0 ? serving : [.. cluster.Services.Select(s => s.Value[0])];
    }

    private static int Rules(Tracer tracer, ServiceIntent cluster, L4Protocol protocol, NetAddress destination, int port)
    {
        var (pod, name) = PlannedSurroundings.Pod(cluster.Node, cluster.Family);
        return tracer.Trace(new Packet(protocol, pod, destination)
        {
            SourcePort = 40000,
            DestinationPort = port,
            TcpFlags = protocol == L4Protocol.Tcp ? TcpFlags.Syn : null,
            InInterface = name,
        }).RulesEvaluated;
    }
}
