using Sluice.Netfilter.Net;
using Xunit;

namespace Sluice.Tests.Iptables.Matches;

/// <summary>What the matches that look at the packet and its interfaces answer.</summary>
public sealed class PacketMatchTests
{
    [Theory]
    [InlineData("-p tcp -m multiport --dports 79,80:81", "yes")]
    [InlineData("-p tcp -m multiport ! --dports 79,80:81", "no")]
    [InlineData("-p tcp -m multiport --sports 80", "no")]
    [InlineData("-p tcp -m multiport --ports 39999:40000", "yes")]
    [InlineData("-p tcp -m multiport ! --ports 81", "yes")]
    [InlineData("-p sctp -m sctp --dport 80", "no")]
    public void Ports(string rule, string expected) => Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp));

    [Theory]
    [InlineData("-p tcp -m multiport --sports 80", "if its source port is one of 80")]
    [InlineData("-p tcp -m multiport --ports 80", "yes")]
    [InlineData("-p tcp -m multiport ! --ports 81:82,90", "unless its source port is one of 81:82,90")]
    public void A_port_that_the_kernel_picks_is_not_known(string rule, string expected) =>
        Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { SourcePort = null }));

    [Theory]
    [InlineData("-p icmp -m icmp --icmp-type 8", 8, 0, "yes")]
    [InlineData("-p icmp -m icmp --icmp-type 8/1", 8, 0, "no")]
    [InlineData("-p icmp -m icmp ! --icmp-type 3", 8, 0, "yes")]
    [InlineData("-p icmp -m icmp --icmp-type any", null, null, "yes")]
    [InlineData("-p icmp -m icmp ! --icmp-type any", 8, 0, "no")]
    [InlineData("-p icmp -m icmp --icmp-type 3/4", null, null, "if its ICMP type is 3/4")]
    [InlineData("-p icmp -m icmp --icmp-type 3/4", 3, null, "if its ICMP type is 3/4")]
    [InlineData("-p icmp -m icmp --icmp-type 3/4", 8, null, "no")]
    [InlineData("-p ipv6-icmp -m icmp6 --icmpv6-type 8", 8, 0, "no")]
    public void Icmp_types(string rule, int? type, int? code, string expected) =>
        Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Icmp with { IcmpType = type, IcmpCode = code }));

    [Theory]
    [InlineData("-m physdev --physdev-is-bridged", "cni0", "if it is bridged")]
    [InlineData("-m physdev --physdev-in veth+", "cni0", "if it comes in by bridge port veth+")]
    [InlineData("-m physdev ! --physdev-is-in --physdev-out veth1", "cni0", "if not (it comes in by a bridge port) and it leaves by bridge port veth1")]
    [InlineData("-m physdev --physdev-is-bridged", "eth0", "no")]
    [InlineData("-m physdev ! --physdev-is-bridged", "eth0", "yes")]
    [InlineData("-m physdev ! --physdev-is-bridged --physdev-is-in", "eth0", "no")]
    [InlineData("-m physdev --physdev-is-bridged", "eth7", "if it is bridged")]
    public void Bridge_ports(string rule, string input, string expected) =>
        Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { InInterface = input }));

    [Fact]
    public void A_bridge_never_saw_what_this_node_sends()
    {
        var local = MatchAnswers.Tcp with { Entry = PacketEntry.Local };

        Assert.Equal("no", MatchAnswers.Ask("-m physdev --physdev-is-out", local));
        Assert.Equal("yes", MatchAnswers.Ask("-m physdev ! --physdev-is-bridged", local));
    }

    [Fact]
    public void A_rate_is_asked_for_each_time_anew() =>
        Assert.Equal("if the rate is at most 5/min (burst 5) each time", MatchAnswers.Ask("-m limit --limit 5/min", MatchAnswers.Tcp));
}
