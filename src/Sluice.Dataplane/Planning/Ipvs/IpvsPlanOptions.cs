using Sluice.Net;

namespace Sluice.Dataplane.Planning.Ipvs;

/// <summary>What shapes a plan for IPVS besides Services and the node.</summary>
/// <param name="Family">The address family.</param>
public sealed record IpvsPlanOptions(IPFamily Family)
{
    /// <summary>The packet mark, a single bit, of what is to be masqueraded (<c>--iptables-masquerade-bit</c>).</summary>
    public uint MasqueradeMark { get; init; } = 0x4000;

    /// <summary>Whether source ports are chosen at random: iptables can since 1.6.2.</summary>
    public bool RandomFully { get; init; }

    /// <summary>
    /// How virtual servers choose (<c>--ipvs-scheduler</c>), by the kernel's name; null or empty for <c>rr</c>. Where endpoints have unequal weights <c>rr</c>,
    /// which knows none, becomes <c>wrr</c>.
    /// </summary>
    public string? Scheduler { get; init; }

    /// <summary>Whether <see cref="SharedChains.Signature"/> says whose the rules are: of a proxy that runs, not of rules to be shown.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Where virtual servers of others are left alone (<c>--ipvs-exclude-cidrs</c>); all others that no Service needs are removed.</summary>
    public EquatableArray<Prefix> ExcludeCidrs { get; init; }
}
