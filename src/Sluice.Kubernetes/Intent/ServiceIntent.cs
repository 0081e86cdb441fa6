using System.Collections.Immutable;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Kubernetes.Intent;

/// <summary>
/// What one node must do with the traffic of all Services, for one address family: the specification that rules in a kernel are
/// planned from and compared with. Immutable; a change makes a new one that shares all that stays.
/// </summary>
public sealed class ServiceIntent
{
    // Of a whole cluster, how many one thread works out before it takes more.
    private const int ServicesAtATime = 500;

    private readonly ImmutableSortedDictionary<ObjectName, EquatableArray<PortIntent>> _services;
    private Destinations? _destinations;

    private ServiceIntent(
        NodeProfile node, IPFamily family, ImmutableSortedDictionary<ObjectName, EquatableArray<PortIntent>> services, int endpointCount)
    {
        Node = node;
        Family = family;
        _services = services;
        EndpointCount = endpointCount;
    }

    /// <summary>The node.</summary>
    public NodeProfile Node { get; }

    /// <summary>The address family.</summary>
    public IPFamily Family { get; }

    /// <summary>How many endpoints all Service ports have, usable or not: the sum of <see cref="PortIntent.EndpointCount"/>.</summary>
    public int EndpointCount { get; }

    /// <summary>How many Services have ports here.</summary>
    public int ServiceCount => _services.Count;

    /// <summary>All Services that have ports here, by namespace and name (ordinal), each with its ports in the order of its <c>spec.ports</c>.</summary>
    public IEnumerable<KeyValuePair<ObjectName, EquatableArray<PortIntent>>> Services => _services;

    /// <summary>All ports: Services by namespace and name (ordinal), the ports of each in the order of its <c>spec.ports</c>.</summary>
    public IEnumerable<PortIntent> Ports
    {
        get
        {
            foreach (var (_, ports) in _services)
            {
                for (var i = 0; i < ports.Count; i++)
                {
                    yield return ports[i];
                }
            }
        }
    }

    // Made when first asked for: who only plans never needs it. Two threads that both make it make the same.
    private Destinations Destinations => _destinations ??= new Destinations(this);

    /// <summary>No Service.</summary>
    public static ServiceIntent Empty(NodeProfile node, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new(node, family, ImmutableSortedDictionary<ObjectName, EquatableArray<PortIntent>>.Empty, 0);
    }

    /// <summary>The intent of a whole cluster.</summary>
    /// <param name="services">The Services.</param>
    /// <param name="slicesOf">The EndpointSlices of one; asked from several threads at a time.</param>
    /// <param name="node">The node that routes.</param>
    /// <param name="family">The family to route.</param>
    public static ServiceIntent Of(
        IEnumerable<Service> services, Func<ObjectName, IReadOnlyList<EndpointSlice>> slicesOf, NodeProfile node, IPFamily family)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(slicesOf);
        Service[] all = [.. services];
        var ports = new KeyValuePair<ObjectName, EquatableArray<PortIntent>>[all.Length];
        Parallel.For(0, (all.Length + ServicesAtATime - 1) / ServicesAtATime, part =>
        {
            for (var i = part * ServicesAtATime; i < int.Min((part + 1) * ServicesAtATime, all.Length); i++)
            {
                ports[i] = KeyValuePair.Create(all[i].Name, PortIntents.Of(all[i], slicesOf(all[i].Name), node, family));
            }
        });
        return Empty(node, family).With(ports);
    }

    /// <summary>The ports of one Service, in the order of its <c>spec.ports</c>; empty when it has none here.</summary>
    public EquatableArray<PortIntent> PortsOf(ObjectName service) => _services.GetValueOrDefault(service);

    /// <summary>With the ports of one Service replaced, in O(log n); empty removes it.</summary>
    public ServiceIntent With(ObjectName service, EquatableArray<PortIntent> ports)
    {
        var services = ports.Count == 0 ? _services.Remove(service) : _services.SetItem(service, ports);
        return new(Node, Family, services, EndpointCount - CountOf(PortsOf(service)) + CountOf(ports));
    }

    /// <summary>With the ports of several Services replaced; where one comes twice, its last counts.</summary>
    public ServiceIntent With(IEnumerable<KeyValuePair<ObjectName, EquatableArray<PortIntent>>> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        var services = _services.ToBuilder();
        var count = EndpointCount;
        foreach (var (service, ports) in changes)
        {
            count += CountOf(ports) - CountOf(services.GetValueOrDefault(service));
            if (ports.Count == 0)
            {
                services.Remove(service);
            }
            else
            {
                services[service] = ports;
            }
        }

        return new(Node, Family, services.ToImmutable(), count);
    }

    /// <summary>
    /// Says what the node must do with the first packet of a connection. Protocols other than TCP, UDP and SCTP are never a
    /// Service's. Where several Services claim one address, protocol and port, the first of <see cref="Ports"/> has it, and an
    /// address of a Service goes before a node port.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The packet is of the other family, not the first of its connection, without a destination port, or its interface is not said
    /// though pods are told by it and the answer depends on that.
    /// </exception>
    public RouteAnswer Route(Packet packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        if (packet.Family != Family || packet.Source.Family != Family)
        {
            throw new ArgumentException($"the packet is not {Family}", nameof(packet));
        }

        if (packet.State != ConnectionState.New)
        {
            throw new ArgumentException("only the first packet of a connection is routed; later ones follow it", nameof(packet));
        }

        return packet.Protocol != L4Protocol.Tcp && packet.Protocol != L4Protocol.Udp && packet.Protocol != L4Protocol.Sctp
            ? new RouteAnswer.NotAService()
            : packet.DestinationPort is not { } port ? throw new ArgumentException("the packet has no destination port", nameof(packet))
            : Destinations.Find(packet, port) is { } destination ? destination.Route(packet, Node)
            : Destinations.FindHealthCheck(packet, port) is { } service ? new RouteAnswer.HealthCheck(service)
            : new RouteAnswer.NotAService();
    }

    private static int CountOf(EquatableArray<PortIntent> ports)
    {
        var count = 0;
        foreach (var port in ports)
        {
            count += port.EndpointCount;
        }

        return count;
    }
}
