using Sluice.Net;

namespace Sluice.Netfilter.Routing;

/// <summary>A packet as routing sees it.</summary>
/// <param name="Destination">Where it goes.</param>
public sealed record RouteQuery(NetAddress Destination)
{
    /// <summary>Where it comes from; null for a locally made packet that has no source yet.</summary>
    public NetAddress? Source { get; init; }

    /// <summary>The packet mark.</summary>
    public uint Mark { get; init; }

    /// <summary>The interface it came in by; null for a packet made on this node.</summary>
    public string? InInterface { get; init; }

    /// <summary>The interface that its socket is bound to; null when it is not.</summary>
    public string? OutInterface { get; init; }

    /// <summary>The node's interfaces, from which local addresses, sources and connected networks are known; null when they are not.</summary>
    public InterfaceTable? Interfaces { get; init; }

    /// <summary>The address family.</summary>
    public IPFamily Family => Destination.Family;

    internal bool IsLocallyMade => InInterface is null or "lo";
}
