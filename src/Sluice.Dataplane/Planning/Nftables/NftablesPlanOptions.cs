using Sluice.Net;

namespace Sluice.Dataplane.Planning.Nftables;

/// <summary>What shapes an nftables plan besides Services and the node.</summary>
/// <param name="Family">The address family: the table <c>ip sluice</c> or <c>ip6 sluice</c>.</param>
public sealed record NftablesPlanOptions(IPFamily Family)
{
    /// <summary>The packet mark, a single bit, of what is to be masqueraded (<c>--iptables-masquerade-bit</c>).</summary>
    public uint MasqueradeMark { get; init; } = 0x4000;

    /// <summary>Whether forwarded packets that fit no connection are dropped.</summary>
    public bool DropInvalid { get; init; }

    /// <summary>
    /// Whether packets to the ports that load balancers ask for health pass the input chain of this table. It cannot overrule a
    /// table of somebody else that drops them.
    /// </summary>
    public bool AcceptHealthChecks { get; init; }

    /// <summary>Whether connections, packets and bytes are counted for each address of a Service.</summary>
    public bool Counters { get; init; }

    /// <summary>How many clients are remembered at a time for session affinity, over all Services.</summary>
    public uint AffinityClients { get; init; } = 262_144;
}
