using System.Numerics;
using Sluice.Netfilter.Ipvs;

namespace Sluice.Netfilter.Tracing.Ipvs;

/// <summary>
/// What the kernel's schedulers may choose (net/netfilter/ipvs/ip_vs_*.c). Round robin is in turn: over many connections, shares. What
/// others choose depends on connections, on past packets, or on a hash whose table depends on an order that dumps do not keep.
/// </summary>
internal static class IpvsScheduler
{
    /// <summary>
    /// The options for a new connection, in order: one whose condition holds is taken, the others only where no earlier one was. None
    /// when every connection is refused. Of several options that all have conditions, one holds.
    /// </summary>
    /// <param name="server">The virtual server.</param>
    /// <param name="packet">The first packet.</param>
    /// <param name="isOverloaded">Whether a real server has reached its upper threshold.</param>
    public static IReadOnlyList<IpvsOption> Options(VirtualServer server, TracedPacket packet, Func<RealServer, bool> isOverloaded)
    {
        var all = server.RealServers.ToList();
        List<RealServer> usable = [.. all.Where(r => r.Weight > 0 && !isOverloaded(r))];
        return server.Scheduler switch
        {
            "rr" => Shares(usable, _ => 1),
            "wrr" => Shares(usable, r => r.Weight),
            "sh" or "mh" => Hashed(server, all, usable, HashOf(server, packet)),
            "dh" => Picked(all, usable, r => $"the hash of the destination address {packet.Destination} picks {r}"),
            "lc" => Picked(usable, usable, r => $"{r} has the fewest connections"),
            "wlc" => Picked(usable, usable, r => $"{r} has the fewest connections for its weight"),
            "sed" => Picked(usable, usable, r => $"{r} has the shortest expected delay"),
            "nq" => Picked(usable, usable, r => $"{r} has no connection, or the shortest expected delay"),
            "lblc" or "lblcr" => Picked(usable, usable, r => $"IPVS keeps destination {packet.Destination} at {r}"),
            "fo" => Failover(usable),
            "ovf" => Overflow(usable),
            "twos" => Picked(usable, usable, r => $"{r} has the fewest connections for its weight of two that are drawn at random"),
            var name => Picked(usable, usable, r => $"scheduler {name} picks {r}"),
        };
    }

    private static List<IpvsOption> Shares(List<RealServer> usable, Func<RealServer, int> weight)
    {
        var sum = usable.Aggregate(BigInteger.Zero, (total, r) => total + weight(r));
        return [.. usable.Select(r => new IpvsOption(r, Probability.Of(weight(r), sum)))];
    }

    // Whom a hash gives to a server that takes no connections is refused, unless another is to be tried.
    private static List<IpvsOption> Hashed(VirtualServer server, List<RealServer> all, List<RealServer> usable, string what) =>
        Picked(server.SchedulerFlags.HasFlag(SchedulerFlags.First) ? usable : all, usable, r => $"the hash of {what} picks {r}");

    private static string HashOf(VirtualServer server, TracedPacket packet) => server.SchedulerFlags.HasFlag(SchedulerFlags.Second)
        ? $"the source {packet.Source.WithPort(packet.SourcePort)}"
        : $"the source address {packet.Source}";

    private static List<IpvsOption> Picked(List<RealServer> candidates, List<RealServer> usable, Func<RealServer, string> condition) =>
        candidates.Count == 1
            ? [.. usable.Select(r => new IpvsOption(r, Probability.One))]
            : [.. candidates.Select(r => IpvsOption.When(condition(r), usable.Contains(r) ? r : null))];

    // ip_vs_fo.c: the highest weight; of equals the first in the kernel's list.
    private static List<IpvsOption> Failover(List<RealServer> usable)
    {
        List<RealServer> best = [.. usable.Where(r => r.Weight == usable.Max(o => o.Weight))];
        return Picked(best, best, r => $"{r} is the first of weight {r.Weight} in the kernel's list");
    }

    // ip_vs_ovf.c: the highest weight among those that have no more active connections than their weight.
    private static List<IpvsOption> Overflow(List<RealServer> usable) => usable.Count == 0 ? [] :
    [
        .. usable.OrderByDescending(r => r.Weight).Select(r => IpvsOption.When($"{r} has at most {r.Weight} active connections", r)),
        new IpvsOption(null, Probability.One),
    ];
}
