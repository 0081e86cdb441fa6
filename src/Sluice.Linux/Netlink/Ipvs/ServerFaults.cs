using System.Diagnostics;
using Sluice.Linux.Interop;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Linux.Netlink.Ipvs;

/// <summary>What a refusal of IPVS means: its error numbers have meanings of their own.</summary>
internal static class ServerFaults
{
    /// <summary>One sentence about a step that was refused.</summary>
    internal static string Describe(IpvsStep step, NetlinkFault fault) => step switch
    {
        IpvsStep.AddServer s => DescribeServer(s.Server, fault),
        IpvsStep.EditServer s => DescribeServer(s.Server, fault),
        IpvsStep.RemoveServer s => fault.Describe($"virtual server {s.Key}"),
        IpvsStep.AddReal s => DescribeReal(s.Key, s.Real, fault),
        IpvsStep.EditReal s => DescribeReal(s.Key, s.Real, fault),
        IpvsStep.RemoveReal s => DescribeReal(s.Key, s.Real, fault),
        _ => throw new UnreachableException(),
    };

    private static string DescribeServer(VirtualServer server, NetlinkFault fault)
    {
        var subject = $"virtual server {server.Key}";
        if (fault.Errno != Libc.ENOENT)
        {
            return fault.Describe(subject);
        }

        var engine = server.PersistenceEngine is { } name ? $" or no persistence engine \"{name}\" (module ip_vs_pe_{name})" : "";
        return $"{subject} is refused: the kernel has no scheduler \"{server.Scheduler}\" (module ip_vs_{server.Scheduler}){engine}";
    }

    private static string DescribeReal(VirtualServerKey key, RealServer real, NetlinkFault fault) => fault.Errno switch
    {
        Libc.ESRCH => $"real server {real} is refused: virtual server {key} does not exist",
        Libc.EINVAL => $"real server {real} of virtual server {key} is not valid (EINVAL): its address must be one host's, and of the virtual server's family",
        _ => fault.Describe($"real server {real} of virtual server {key}"),
    };
}
