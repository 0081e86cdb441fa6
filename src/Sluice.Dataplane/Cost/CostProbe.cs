using Sluice.Dataplane.Services;
using Sluice.Net;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Cost;

/// <summary>Sends the packets whose cost is measured: from a pod, or from outside, to an address.</summary>
internal sealed class CostProbe
{
    // RFC 5737 and RFC 3849 keep these for examples: nobody's Service, nobody's node.
    private static readonly Dictionary<IPFamily, (string Client, string Nobody, string Node)> s_addresses = new()
    {
        [IPFamily.IPv4] = ("203.0.113.7", "198.51.100.77", "192.0.2.1"),
        [IPFamily.IPv6] = ("2001:db8:1::7", "2001:db8:2::77", "2001:db8::1"),
    };

    private readonly Tracer _tracer;
    private readonly Lazy<Tracer> _withNode;
    private readonly NetAddress _client;
    private readonly NetAddress _nobody;
    private readonly NetAddress _node;
    private readonly NetAddress _pod;
    private readonly string? _podInterface;

    public CostProbe(Tracer tracer, IPFamily family, IReadOnlyList<ServiceInfo> services)
    {
        _tracer = tracer;
        var (client, nobody, node) = s_addresses[family];
        (_client, _nobody, _node) = (NetAddress.Parse(client), NetAddress.Parse(nobody), NetAddress.Parse(node));
        var pods = PodNetwork.Guess(tracer.Node, family, services);
        _pod = pods?.PickAddress(tracer.Node, services) ?? _client;
        _podInterface = pods?.Interface;
        KnownNodeAddress = tracer.Node.Interfaces?.Interfaces.SelectMany(i => i.Addresses)
            .Where(a => a.Address.Family == family && a.Scope == AddressScope.Global)
            .Select(a => (NetAddress?)a.Address).FirstOrDefault();

        // A snapshot without addresses has no node port to try: it gets one.
        _withNode = new Lazy<Tracer>(() => new Tracer(tracer.Node with
        {
            Interfaces = new InterfaceTable([new NetInterface(1, "node", IsUp: true, [new InterfaceAddress(_node, _node.Width, IsSecondary: false, AddressScope.Global)])]),
        }));
    }

    /// <summary>An address of the node; null when the snapshot does not hold one.</summary>
    public NetAddress? KnownNodeAddress { get; }

    /// <summary>The way of a connection's first packet.</summary>
    /// <param name="protocol">The protocol.</param>
    /// <param name="destination">Where to; null for the node.</param>
    /// <param name="port">The destination port.</param>
    /// <param name="origin">Where from.</param>
    /// <param name="client">The address outside that it is from; null for anybody's.</param>
    public Trace Trace(L4Protocol protocol, NetAddress? destination, int port, CostOrigin origin, NetAddress? client = null)
    {
        var tracer = destination is null && KnownNodeAddress is null ? _withNode.Value : _tracer;
        var packet = new Packet(protocol, origin == CostOrigin.Pod ? _pod : client ?? _client, destination ?? KnownNodeAddress ?? _node)
        {
            SourcePort = protocol.HasPorts ? 40000 : null,
            DestinationPort = protocol.HasPorts ? port : null,
            TcpFlags = protocol == L4Protocol.Tcp ? TcpFlags.Syn : null,
            InInterface = origin == CostOrigin.Pod ? _podInterface : null,
        };
        return tracer.Trace(packet);
    }

    /// <summary>What a packet to an address that is no Service's is compared with.</summary>
    public int RulesToNoService() => Trace(L4Protocol.Tcp, _nobody, port: 9, CostOrigin.Pod).RulesEvaluated;
}
