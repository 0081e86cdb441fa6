using Sluice.Dataplane.Planning.Ipvs;
using Sluice.Linux.Netlink.Ipset;
using Sluice.Linux.Netlink.Ipvs;
using Sluice.Linux.Netlink.Link;
using Sluice.Net;
using Sluice.Netfilter.Ipsets;

namespace Sluice.Daemon;

/// <summary>Reads what IPVS mode has in this machine's kernel. One thread at a time.</summary>
/// <param name="ipvs">To IPVS.</param>
/// <param name="ipset">To ipset.</param>
/// <param name="link">To network interfaces.</param>
internal sealed class IpvsReader(IpvsConnection ipvs, IpsetConnection ipset, LinkConnection link)
{
    /// <summary>Reads it, of others' sets nothing: they may be large.</summary>
    public IpvsContent Read(IpvsLayout layout)
    {
        var sets = new List<IpSet>();
        foreach (var wanted in layout.Sets)
        {
            if (ipset.Read(wanted.Name, out var set) is { } problem)
            {
                return new IpvsContent.Unreadable(problem);
            }

            if (set is not null)
            {
                sets.Add(set);
            }
        }

        IReadOnlyList<NetAddress> addresses = [];
        return (ipvs.Read(out var servers) ?? link.ReadAddresses(IpvsLayout.Interface, out addresses)) is { } failure
            ? new IpvsContent.Unreadable(failure)
            : new IpvsContent.Found(new IpSetTable([.. sets]), servers, addresses);
    }
}
