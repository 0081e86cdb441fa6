using Sluice.Net;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Ipvs;

/// <summary>A service that IPVS balances over real servers. Equal wherever it was read.</summary>
/// <param name="Key">Which packets are its own.</param>
public sealed record VirtualServer(VirtualServerKey Key)
{
    /// <summary>How a real server is chosen, by the kernel's name: <c>rr</c>, <c>wrr</c>, <c>lc</c>, <c>sh</c> ...</summary>
    public string Scheduler { get; init; } = "rr";

    /// <summary>What the scheduler is told (<c>ipvsadm -b</c>).</summary>
    public SchedulerFlags SchedulerFlags { get; init; }

    /// <summary>How long, in seconds, a client stays with its real server (<c>ipvsadm -p</c>); null when each connection is scheduled anew.</summary>
    public int? PersistenceSeconds { get; init; }

    /// <summary>How many leading bits of a client's address tell one persistent client from another (<c>ipvsadm -M</c>): null for all, 32 or 128.</summary>
    public int? PersistencePrefixLength { get; init; }

    /// <summary>What else tells persistent clients apart (<c>ipvsadm --pe</c>, such as <c>sip</c>); null for nothing.</summary>
    public string? PersistenceEngine { get; init; }

    /// <summary>Whether a packet of a connection that is not known is scheduled though it does not begin one (<c>ipvsadm -o</c>, one packet of UDP at a time).</summary>
    public bool SchedulesEachPacket { get; init; }

    /// <summary>The real servers, in the order of the source. The kernel lists the one added last first or last, depending on its version.</summary>
    public EquatableArray<RealServer> RealServers { get; init; }

    /// <summary>Where it was read.</summary>
    public SourceSpan Source { get; init; }

    /// <summary>Equal in all but where it was read.</summary>
    public bool Equals(VirtualServer? other) =>
        other is not null && Key == other.Key && Scheduler == other.Scheduler && SchedulerFlags == other.SchedulerFlags &&
        PersistenceSeconds == other.PersistenceSeconds && PersistencePrefixLength == other.PersistencePrefixLength &&
        PersistenceEngine == other.PersistenceEngine && SchedulesEachPacket == other.SchedulesEachPacket && RealServers.Equals(other.RealServers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Scheduler, RealServers.Count);
}

/// <summary>What a scheduler is told (IP_VS_SVC_F_SCHED1 to 3 in linux/ip_vs.h); what a flag means is the scheduler's own.</summary>
[Flags]
public enum SchedulerFlags
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Of sh and mh: when the server chosen by hash cannot be used, another is tried (<c>sh-fallback</c>, <c>mh-fallback</c>).</summary>
    First = 0x08,

    /// <summary>Of sh and mh: the source port is hashed too (<c>sh-port</c>, <c>mh-port</c>).</summary>
    Second = 0x10,

    /// <summary>No scheduler of the kernel uses it (<c>flag-3</c>).</summary>
    Third = 0x20,
}
