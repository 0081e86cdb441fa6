using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Tests.Intent;

/// <summary>Packets and answers as tests write them.</summary>
internal static class RouteText
{
    /// <summary>A packet <c>source -> address:port</c>; from an address of the node, the node sends it itself.</summary>
    public static Packet Packet(NodeProfile node, string source, string destination, L4Protocol? protocol = null)
    {
        var colon = destination.LastIndexOf(':');
        var from = NetAddress.Parse(source);
        return new Packet(protocol ?? L4Protocol.Tcp, from, NetAddress.Parse(destination[..colon].Trim('[', ']')))
        {
            SourcePort = 40000,
            DestinationPort = int.Parse(destination[(colon + 1)..]),
            Entry = node.IsOwnAddress(from) ? PacketEntry.Local : PacketEntry.Network,
        };
    }

    /// <summary>
    /// What becomes of it: <c>10.1.0.1:80 10.1.0.2:80*</c> (a star for masquerade), <c>refused</c>, <c>dropped: reason</c>, <c>health of</c>
    /// a Service, or <c>-</c> for no Service's.
    /// </summary>
    public static string Of(RouteAnswer answer) => answer switch
    {
        RouteAnswer.Forwarded forwarded => string.Join(' ', forwarded.Choices.Select(c => $"{c.Endpoint}{(c.Masquerade ? "*" : "")}")),
        RouteAnswer.Refused => "refused",
        RouteAnswer.Dropped dropped => $"dropped: {dropped.Reason}",
        RouteAnswer.HealthCheck check => $"health of {check.Service.Service}",
        _ => "-",
    };
}
