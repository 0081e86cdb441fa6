using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Routing;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter;

/// <summary>Everything known about one node: what a question is answered from.</summary>
/// <param name="Ruleset">Its tables.</param>
public sealed record NodeSnapshot(Ruleset Ruleset)
{
    /// <summary>Its interfaces and addresses; null when the snapshot does not hold them.</summary>
    public InterfaceTable? Interfaces { get; init; }

    /// <summary>Its routes and routing rules; null when the snapshot does not hold them.</summary>
    public RoutingTables? Routing { get; init; }

    /// <summary>Its ipsets; null when the snapshot does not hold them.</summary>
    public IpSetTable? Ipsets { get; init; }

    /// <summary>Its virtual servers; null when the snapshot does not hold them.</summary>
    public IpvsTable? Ipvs { get; init; }

    /// <summary>
    /// Whether an address is the node's own. Loopback is, everywhere; where its interfaces are not known, or not all (none is lo), those
    /// of virtual servers are, since IPVS sees nothing else (the tracer says so among its assumptions).
    /// </summary>
    public bool IsLocal(NetAddress address) =>
        address.IsLoopback || Interfaces?.HasAddress(address) == true || (Interfaces?.Find("lo") is null && Ipvs?.HasAddress(address) == true);

    /// <summary>Whether an address is a broadcast address of the node's networks, or the limited broadcast.</summary>
    public bool IsBroadcast(NetAddress address) =>
        address == NetAddress.V4(uint.MaxValue) ||
        (address.Family == IPFamily.IPv4 && Interfaces is { } table &&
         table.Interfaces.Any(i => i.Addresses.Any(a => a.Broadcast == address)));
}
