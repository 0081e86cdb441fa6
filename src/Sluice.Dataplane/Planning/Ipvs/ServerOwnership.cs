using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>
/// Tells virtual servers of Service proxies from those of other programs, such as keepalived: a proxy's has its address on IPVS' interface, or an entry in
/// one of the sets. Entries go after their virtual servers, so this holds when a removal was cut short, too.
/// </summary>
internal sealed class ServerOwnership
{
    private readonly IpvsLayout _layout;
    private readonly HashSet<NetAddress> _addresses;
    private readonly HashSet<ServiceAddress> _named;

    /// <summary>By what a kernel holds.</summary>
    /// <param name="layout">What it shall hold besides Services.</param>
    /// <param name="sets">Its sets, a proxy's or ours.</param>
    /// <param name="addresses">The addresses of IPVS' interface.</param>
    public ServerOwnership(IpvsLayout layout, IpSetTable sets, IEnumerable<NetAddress> addresses)
    {
        _layout = layout;
        _addresses = [.. addresses];
        _named = [.. new IpvsDump(layout, sets, IpvsTable.Empty).Left];
    }

    /// <summary>Whether a virtual server is a proxy's, and not in a range that is to be left alone.</summary>
    public bool IsOwn(ServiceAddress server) =>
        !_layout.Options.ExcludeCidrs.Any(c => c.Contains(server.IP)) &&
        (_addresses.Contains(server.IP) || _named.Contains(server) || _named.Contains(ServiceAddress.NodePort(server.Protocol, server.Port)));
}
