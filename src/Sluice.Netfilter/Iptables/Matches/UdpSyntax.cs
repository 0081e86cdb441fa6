using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary><c>-m udp</c>; in a listing <c>udp spt:1024 dpts:80:90</c>.</summary>
internal sealed class UdpSyntax() : PortSyntax<UdpMatch>("udp")
{
    protected override UdpMatch Start { get; } = new();
}
