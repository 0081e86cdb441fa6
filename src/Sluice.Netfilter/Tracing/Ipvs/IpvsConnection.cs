using Sluice.Net;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>What IPVS holds of a connection once its first packet was scheduled (<c>struct ip_vs_conn</c>).</summary>
/// <param name="Server">The virtual server.</param>
/// <param name="Real">The real server.</param>
/// <param name="RealPort">The port there.</param>
/// <param name="Client">Where the packet came from, as IPVS saw it.</param>
/// <param name="ClientPort">The port of that; null when not known.</param>
/// <param name="Virtual">Where it went to before.</param>
/// <param name="VirtualPort">The port of that.</param>
internal sealed record IpvsConnection(
    VirtualServer Server, RealServer Real, int? RealPort, NetAddress Client, int? ClientPort, NetAddress Virtual, int? VirtualPort)
{
    /// <summary>Whether destinations are rewritten, and the sources of answers.</summary>
    public bool Masquerades => Real.Method is ForwardingMethod.Masquerading;

    /// <summary>The forwarding method by iptables' name.</summary>
    public string MethodName => Real.Method switch
    {
        ForwardingMethod.DirectRouting => "GATE",
        ForwardingMethod.Tunneling => "IPIP",
        _ => "MASQ",
    };

    /// <summary>The port of the template that keeps the client with its real server; null without one.</summary>
    public int? ControlPort => Server.PersistenceSeconds is null ? null : Server.Key is VirtualServerKey.Address { Port: not 0 } ? VirtualPort : 0;

    /// <summary>Whether the packet is one of the client's, before its destination is rewritten.</summary>
    public bool IsRequest(TracedPacket packet) => IsFromClient(packet) && packet.Destination == Virtual && packet.DestinationPort == VirtualPort;

    /// <summary>Whether the packet is one of the client's on its way to the real server.</summary>
    public bool IsSent(TracedPacket packet) => Masquerades
        ? IsFromClient(packet) && packet.Destination == Real.Address && packet.DestinationPort == RealPort
        : IsRequest(packet);

    /// <summary>Whether the packet is an answer of the real server whose source is still its own.</summary>
    public bool IsAnswer(TracedPacket packet) => Masquerades && packet.Source == Real.Address && packet.SourcePort == RealPort &&
        packet.Destination == Client && packet.DestinationPort == ClientPort;

    private bool IsFromClient(TracedPacket packet) => packet.Source == Client && packet.SourcePort == ClientPort;
}
