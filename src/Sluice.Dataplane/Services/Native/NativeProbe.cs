using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Tracing;

namespace Sluice.Dataplane.Services.Native;

/// <summary>Finds where a table sends new connections by tracing one, from a client that is nobody in particular.</summary>
internal sealed class NativeProbe
{
    // RFC 5737 and RFC 3849 keep these for examples: nobody's Service, nobody's node.
    private static readonly Dictionary<IPFamily, (NetAddress Client, NetAddress Node)> s_addresses = new()
    {
        [IPFamily.IPv4] = (NetAddress.Parse("203.0.113.7"), NetAddress.Parse("192.0.2.1")),
        [IPFamily.IPv6] = (NetAddress.Parse("2001:db8:1::7"), NetAddress.Parse("2001:db8::1")),
    };

    private readonly Tracer _tracer;
    private readonly NetAddress _client;
    private readonly NetAddress _node;

    public NativeProbe(IPFamily family, Table table, IEnumerable<NetAddress> nodeAddresses)
    {
        (_client, _node) = s_addresses[family];
        var addresses = nodeAddresses.Append(_node).Distinct().Select(a => new InterfaceAddress(a, a.Width, IsSecondary: false, AddressScope.Global));
        _tracer = new Tracer(new NodeSnapshot(new Ruleset([table]))
        {
            Interfaces = new InterfaceTable([new NetInterface(1, "node", IsUp: true, addresses.ToEquatableArray())]),
        });
    }

    /// <summary>The ways of a connection's first packet.</summary>
    /// <param name="key">Where to; a node port on any address is tried on one.</param>
    /// <param name="client">Where from; null for anybody.</param>
    public Trace Trace(NativeKey key, NetAddress? client) => _tracer.Trace(new Packet(key.Protocol, client ?? _client, key.Address ?? _node)
    {
        SourcePort = 40000,
        DestinationPort = key.Port,
        TcpFlags = key.Protocol == L4Protocol.Tcp ? TcpFlags.Syn : null,
    });
}
