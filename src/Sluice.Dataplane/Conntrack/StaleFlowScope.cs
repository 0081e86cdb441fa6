using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;

namespace Sluice.Dataplane.Conntrack;

/// <summary>
/// Which flows of one address family must be looked at, gathered from what changed: many changes are one look. Most changes need none, such as
/// an endpoint more, or any change of a TCP Service.
/// </summary>
/// <param name="family">The family.</param>
/// <param name="cleansTcp">Whether TCP connections to endpoints that are gone are deleted too.</param>
public sealed class StaleFlowScope(IPFamily family, bool cleansTcp)
{
    private readonly HashSet<ObjectName> _services = [];
    private readonly HashSet<L4Protocol> _protocols = [];

    // What a Service had before it changed, with its endpoints: where the socket is nobody's any more, flows to these were translated by it.
    private readonly Dictionary<ServiceSocket, HashSet<(NetAddress Address, int Port)>> _former = [];

    private ServiceIntent? _held;
    private bool _isEverything;

    /// <summary>The family.</summary>
    public IPFamily Family { get; } = family;

    /// <summary>The protocols whose flows must be looked at; empty when nothing needs to be.</summary>
    public IReadOnlyCollection<L4Protocol> Protocols => _protocols;

    /// <summary>What the kernel's rules say now.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    internal ServiceIntent Held => _held ?? throw new InvalidOperationException("nothing was added");

    internal IReadOnlyDictionary<ServiceSocket, HashSet<(NetAddress Address, int Port)>> Former => _former;

    /// <summary>Adds all there is: what flows there are is not known.</summary>
    /// <param name="held">What the kernel's rules say now.</param>
    public void AddEverything(ServiceIntent held)
    {
        _held = held;
        _isEverything = true;
        _protocols.Add(L4Protocol.Udp);
        if (cleansTcp)
        {
            _protocols.Add(L4Protocol.Tcp);
        }
    }

    /// <summary>Adds what changed.</summary>
    /// <param name="before">What the kernel's rules said before.</param>
    /// <param name="held">What they say now.</param>
    /// <param name="changed">The Services that may differ.</param>
    public void Add(ServiceIntent before, ServiceIntent held, IReadOnlyCollection<ObjectName> changed)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(changed);
        _held = held;
        foreach (var service in changed)
        {
            Add(service, before.PortsOf(service), held.PortsOf(service));
        }
    }

    /// <summary>Adds an older scope, whose flows could not be looked at.</summary>
    public void AddOlder(StaleFlowScope older)
    {
        ArgumentNullException.ThrowIfNull(older);
        _held ??= older._held;
        _isEverything |= older._isEverything;
        _services.UnionWith(older._services);
        _protocols.UnionWith(older._protocols);
        foreach (var (socket, endpoints) in older._former)
        {
            AddFormer([socket], endpoints);
        }
    }

    /// <summary>Whether flows of a Service port are to be looked at.</summary>
    internal bool Includes(PortIntent port) => IsCleaned(port) && (_isEverything || _services.Contains(port.Name.Service));

    private void Add(ObjectName service, EquatableArray<PortIntent> before, EquatableArray<PortIntent> after)
    {
        foreach (var port in after)
        {
            if (IsCleaned(port) && !(Find(before, port.Name) is { } former && LeavesFlows(former, port)))
            {
                _services.Add(service);
                _protocols.Add(port.Name.Protocol);
            }
        }

        foreach (var port in before)
        {
            // Of TCP, a connection whose endpoint is there goes on, though new ones cannot be made.
            if (port.Name.Protocol == L4Protocol.Udp && !(Find(after, port.Name) is { } next && LeavesFlows(port, next)))
            {
                // All its sockets: what loses its endpoints now may lose the rest before anybody looks.
                AddFormer(ServiceSocket.Of(port), KeptEndpoints.Of(port));
                _protocols.Add(port.Name.Protocol);
            }
        }
    }

    private void AddFormer(IEnumerable<ServiceSocket> sockets, HashSet<(NetAddress Address, int Port)> endpoints)
    {
        foreach (var socket in sockets)
        {
            if (!_former.TryGetValue(socket, out var known))
            {
                _former.Add(socket, known = []);
            }

            known.UnionWith(endpoints);
        }
    }

    // Whether flows may stay as they are, and none from before the Service had an address can be there.
    private static bool LeavesFlows(PortIntent before, PortIntent after) => HasSameSockets(before, after) && KeptEndpoints.AreAllKept(before, after);

    private bool IsCleaned(PortIntent port) => port.Name.Protocol == L4Protocol.Udp || (cleansTcp && port.Name.Protocol == L4Protocol.Tcp);

    private static bool HasSameSockets(PortIntent a, PortIntent b) =>
        a.ClusterIP == b.ClusterIP && a.Port == b.Port && a.NodePort == b.NodePort &&
        a.ExternalIPs.Equals(b.ExternalIPs) && a.LoadBalancerIPs.Equals(b.LoadBalancerIPs);

    private static PortIntent? Find(EquatableArray<PortIntent> ports, ServicePortName name)
    {
        foreach (var port in ports)
        {
            if (port.Name == name)
            {
                return port;
            }
        }

        return null;
    }
}
