using Sluice.Net;
using Sluice.Netfilter.Tracing;

namespace Sluice.Netfilter.Rules.Matches;

/// <summary>Addresses from one to another, both included.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest.</param>
public readonly record struct AddressRange(NetAddress First, NetAddress Last)
{
    /// <summary>Whether the address is in the range.</summary>
    public bool Contains(NetAddress address) =>
        address.Family == First.Family && address.Bits >= First.Bits && address.Bits <= Last.Bits;

    /// <summary>As rules write it: <c>10.0.0.1-10.0.0.9</c>.</summary>
    public override string ToString() => $"{First}-{Last}";
}

/// <summary>The source or destination is in a range of addresses (<c>-m iprange</c>).</summary>
/// <param name="Source">Where the source must be; null for anywhere.</param>
/// <param name="Destination">Where the destination must be; null for anywhere.</param>
public sealed record AddressRangeMatch(Negatable<AddressRange>? Source, Negatable<AddressRange>? Destination) : Match
{
    /// <inheritdoc/>
    public override MatchResult Test(TracedPacket packet) => MatchResult.Of(
        (Source is not { } source || source.Holds(source.Value.Contains(packet.Source))) &&
        (Destination is not { } destination || destination.Holds(destination.Value.Contains(packet.Destination))));
}
