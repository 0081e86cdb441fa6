using Sluice.Net;
using Sluice.Netfilter.Conntrack;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>
/// Which flows are asked for. The kernel sorts out by family always, by status since 5.15 and by protocol since 5.8; what an older one
/// sends too is sorted out here.
/// </summary>
/// <param name="Family">The address family.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="Status">Bits that must be set.</param>
public readonly record struct ConntrackFilter(IPFamily Family, L4Protocol Protocol, ConntrackStatus Status = ConntrackStatus.None)
{
    /// <summary>Whether a flow of the family is asked for.</summary>
    internal bool Takes(in ConntrackFlow flow) => flow.Protocol == Protocol && (flow.Status & Status) == Status;
}
