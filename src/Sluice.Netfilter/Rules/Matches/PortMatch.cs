using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>The ports of a packet, as the modules of TCP, UDP and SCTP match them.</summary>
public abstract record PortMatch : Match
{
    /// <summary>Source ports; null for any.</summary>
    public Negatable<PortRange>? SourcePorts { get; init; }

    /// <summary>Destination ports; null for any.</summary>
    public Negatable<PortRange>? DestinationPorts { get; init; }

    /// <summary>Whether the packet is of the protocol and has ports that are asked for.</summary>
    protected bool PortsHold(TracedPacket packet, L4Protocol protocol) =>
        packet.Protocol == protocol && PortTest.Holds(SourcePorts, packet.SourcePort) && PortTest.Holds(DestinationPorts, packet.DestinationPort);
}

/// <summary>How matches compare a port.</summary>
internal static class PortTest
{
    public static bool Holds(Negatable<PortRange>? range, int? port) =>
        range is not { } wanted || (port is { } value && wanted.Holds(wanted.Value.Contains(value)));
}
