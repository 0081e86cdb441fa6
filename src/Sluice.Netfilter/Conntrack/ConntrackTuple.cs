using Sluice.Net;

namespace Sluice.Netfilter.Conntrack;

/// <summary>Where packets of one direction of a flow come from and go to.</summary>
/// <param name="Source">Their source address.</param>
/// <param name="SourcePort">Their source port; 0 for protocols without ports.</param>
/// <param name="Destination">Their destination address.</param>
/// <param name="DestinationPort">Their destination port; 0 for protocols without ports.</param>
public readonly record struct ConntrackTuple(NetAddress Source, ushort SourcePort, NetAddress Destination, ushort DestinationPort)
{
    /// <summary><c>source:port > destination:port</c>.</summary>
    public override string ToString() => $"{Source.WithPort(SourcePort)} > {Destination.WithPort(DestinationPort)}";
}
