using Sluice.Net;

namespace Sluice.Netfilter.Tracing;

/// <summary>One direction of a connection as connection tracking keys it.</summary>
/// <param name="Source">Source address.</param>
/// <param name="SourcePort">Source port; null for protocols without ports.</param>
/// <param name="Destination">Destination address.</param>
/// <param name="DestinationPort">Destination port; null for protocols without ports.</param>
public readonly record struct ConnectionTuple(NetAddress Source, int? SourcePort, NetAddress Destination, int? DestinationPort);
