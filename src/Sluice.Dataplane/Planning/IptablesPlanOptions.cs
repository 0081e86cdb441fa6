using Sluice.Net;

namespace Sluice.Dataplane.Planning;

/// <summary>What shapes a plan for iptables besides Services and the node.</summary>
/// <param name="Family">The address family: iptables or ip6tables.</param>
public sealed record IptablesPlanOptions(IPFamily Family)
{
    /// <summary>The packet mark, a single bit, of what is to be masqueraded (<c>--iptables-masquerade-bit</c>).</summary>
    public uint MasqueradeMark { get; init; } = 0x4000;

    /// <summary>Whether source ports are chosen at random: iptables can since 1.6.2.</summary>
    public bool RandomFully { get; init; }

    /// <summary>
    /// Whether forwarded packets that fit no connection are dropped: an answer outside the window would reach the client
    /// untranslated and end its connection. Not where the kernel takes such packets (<c>nf_conntrack_tcp_be_liberal</c>).
    /// </summary>
    public bool DropInvalid { get; init; } = true;

    /// <summary>Whether <see cref="SharedChains.Signature"/> says whose the rules are: of a proxy that runs, not of rules to be shown.</summary>
    public bool IsSigned { get; init; }

    /// <summary>
    /// Whether rules count what kube-proxy's metrics tell of (invalid packets dropped, node ports used over loopback), in objects
    /// of nfnetlink_acct named <c>ct_state_invalid_dropped_pkts</c> and <c>localhost_nps_accepted_pkts</c>, which must be there:
    /// many kernels have no such thing.
    /// </summary>
    public bool CountsPackets { get; init; }
}
