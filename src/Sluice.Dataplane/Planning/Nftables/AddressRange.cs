using Sluice.Kubernetes.Intent;
using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>All addresses from one to another, both included.</summary>
/// <param name="First">The lowest, as a number.</param>
/// <param name="Last">The highest.</param>
internal readonly record struct AddressRange(UInt128 First, UInt128 Last) : IComparable<AddressRange>
{
    /// <summary>The addresses of a CIDR.</summary>
    public static AddressRange Of(Prefix cidr) =>
        new(cidr.Address.Bits, cidr.Address.Bits | (cidr.Family == IPFamily.IPv4 ? (uint)~cidr.Mask : ~cidr.Mask));

    /// <summary>
    /// Adds the ranges that may use a Service port's load-balancer addresses, sorted, none touching another. A node that may use the load
    /// balancer may do so too when its packet carries one of the balancer's own addresses.
    /// </summary>
    public static void AddAllowed(PortIntent port, NodeProfile node, List<AddressRange> ranges)
    {
        var isNodeAllowed = false;
        foreach (var cidr in port.SourceRanges)
        {
            ranges.Add(Of(cidr));
            isNodeAllowed |= node.NodeIP(cidr.Family) is { } own && cidr.Contains(own);
        }

        if (isNodeAllowed)
        {
            foreach (var address in port.LoadBalancerIPs)
            {
                ranges.Add(new AddressRange(address.Bits, address.Bits));
            }
        }

        Merge(ranges);
    }

    /// <summary>Sorts ranges and makes one of those that overlap or touch.</summary>
    public static void Merge(List<AddressRange> ranges)
    {
        ranges.Sort();
        var kept = 0;
        for (var i = 1; i < ranges.Count; i++)
        {
            var (last, next) = (ranges[kept], ranges[i]);
            if (last.Last == UInt128.MaxValue || next.First <= last.Last + 1)
            {
                ranges[kept] = last with { Last = UInt128.Max(last.Last, next.Last) };
            }
            else
            {
                ranges[++kept] = next;
            }
        }

        if (ranges.Count > 0)
        {
            ranges.RemoveRange(kept + 1, ranges.Count - kept - 1);
        }
    }

    /// <inheritdoc/>
    public int CompareTo(AddressRange other) => First != other.First ? First.CompareTo(other.First) : Last.CompareTo(other.Last);
}
