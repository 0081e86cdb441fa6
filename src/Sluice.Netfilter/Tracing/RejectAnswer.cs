using Sluice.Net;

namespace Sluice.Netfilter.Tracing;

/// <summary>What a rejected sender is told, in iptables' words.</summary>
internal static class RejectAnswer
{
    /// <summary>
    /// Whether a rule of nftables with this answer can match a packet: <c>nft</c> asks for the protocol that an answer is for, and
    /// leaves the question out of its listings.
    /// </summary>
    public static bool IsFor(string? with, TracedPacket packet) => with switch
    {
        "tcp-reset" => packet.Protocol == L4Protocol.Tcp,
        _ when with?.StartsWith("icmp-", StringComparison.Ordinal) == true => packet.Family == IPFamily.IPv4,
        _ when with?.StartsWith("icmp6-", StringComparison.Ordinal) == true => packet.Family == IPFamily.IPv6,
        _ => true,
    };

    /// <summary>The words for a family: what a rule for both families says (nftables' <c>icmpx</c>) depends on the packet.</summary>
    public static string Of(string? with, IPFamily family) => (with, family) switch
    {
        (null or "icmpx-port-unreachable", IPFamily.IPv4) => "icmp-port-unreachable",
        (null or "icmpx-port-unreachable", _) => "icmp6-port-unreachable",
        ("icmpx-host-unreachable", IPFamily.IPv4) => "icmp-host-unreachable",
        ("icmpx-host-unreachable", _) => "icmp6-addr-unreachable",
        ("icmpx-no-route", IPFamily.IPv4) => "icmp-net-unreachable",
        ("icmpx-no-route", _) => "icmp6-no-route",
        ("icmpx-admin-prohibited", IPFamily.IPv4) => "icmp-admin-prohibited",
        ("icmpx-admin-prohibited", _) => "icmp6-adm-prohibited",
        _ => with!,
    };
}
