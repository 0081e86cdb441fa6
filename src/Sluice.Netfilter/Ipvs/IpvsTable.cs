using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>What IPVS holds in one network namespace, both families.</summary>
/// <param name="Servers">The virtual servers, in the order of the source.</param>
public sealed record IpvsTable(EquatableArray<VirtualServer> Servers)
{
    /// <summary>No virtual server.</summary>
    public static IpvsTable Empty { get; } = new([]);
}
