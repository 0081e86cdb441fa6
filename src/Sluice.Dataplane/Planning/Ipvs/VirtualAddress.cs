using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// What a kernel has of one address, protocol and port: a virtual server and entries of sets. Of a node port as such, whatever the address, entries only.
/// </summary>
/// <param name="Server">The virtual server with its real servers; null for none.</param>
/// <param name="Entries">The entries.</param>
internal sealed record VirtualAddress(VirtualServer? Server, IReadOnlyList<SetEntry> Entries)
{
    /// <summary>Nothing.</summary>
    public static VirtualAddress None { get; } = new(null, []);

    /// <summary>Which virtual server an address is.</summary>
    public static VirtualServerKey.Address KeyOf(ServiceAddress address) => new(address.Protocol, address.IP, address.Port);

    /// <summary>An address as it is to be.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="address">The address; one of the node for a node port, or the node port as such.</param>
    /// <param name="kind">As which of its addresses the Service port has it.</param>
    /// <param name="port">The Service port.</param>
    /// <param name="comment">What its entries are commented with.</param>
    public static VirtualAddress Of(IpvsLayout layout, ServiceAddress address, DestinationKind kind, PortIntent port, string comment)
    {
        var entries = new EntryMaker(address, comment);
        if (address.IsNodePort)
        {
            entries.AddNodePort(port.ExternalPolicyLocal);
            return new VirtualAddress(null, entries.Made);
        }

        entries.Add(kind, port, layout.Node);
        return new VirtualAddress(ServerOf(layout, address, port, Endpoints(kind, port)), entries.Made);
    }

    /// <summary>
    /// The endpoints behind an address. Under an external Local policy without local ones those of the cluster, for pods and the node itself: everyone else
    /// is dropped before.
    /// </summary>
    public static EquatableArray<Endpoint> Endpoints(DestinationKind kind, PortIntent port) =>
        kind == DestinationKind.ClusterIP ? port.InternalEndpoints
        : port.ExternalPolicyLocal && port.Endpoints.Local.Count > 0 ? port.Endpoints.Local
        : port.Endpoints.Cluster;

    private static VirtualServer ServerOf(IpvsLayout layout, ServiceAddress address, PortIntent port, EquatableArray<Endpoint> endpoints)
    {
        var reals = new RealServer[endpoints.Count];
        var hasUnequal = false;
        for (var i = 0; i < reals.Length; i++)
        {
            reals[i] = new RealServer(endpoints[i].Address, endpoints[i].Port) { Weight = endpoints[i].Weight };
            hasUnequal |= endpoints[i].Weight != endpoints[0].Weight;
        }

        var scheduler = layout.Scheduler(hasUnequal);
        return new VirtualServer(KeyOf(address))
        {
            Scheduler = scheduler,

            // As kube-proxy does: without the port all connections of a client have one real server.
            SchedulerFlags = scheduler == "mh" ? SchedulerFlags.Second : SchedulerFlags.None,
            PersistenceSeconds = port.AffinitySeconds,
            RealServers = new EquatableArray<RealServer>(reals),
        };
    }
}

/// <summary>An entry and the set that it is in.</summary>
/// <param name="Set">The set.</param>
/// <param name="Entry">The entry.</param>
internal readonly record struct SetEntry(IpvsSet Set, IpSetEntry Entry);
