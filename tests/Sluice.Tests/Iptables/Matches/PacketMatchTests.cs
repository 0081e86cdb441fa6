using Sluice.Net;
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

    [Theory]
    [InlineData("-m iprange --src-range 10.0.0.1-10.0.0.9", "yes")]
    [InlineData("-m iprange ! --src-range 10.0.0.1-10.0.0.9", "no")]
    [InlineData("-m iprange --src-range 10.0.0.10-10.0.0.19", "no")]
    [InlineData("-m iprange --src-range 10.0.0.1-10.0.0.9 ! --dst-range 10.96.0.2-10.96.0.3", "yes")]
    [InlineData("-m iprange --src-range 10.0.0.1-10.0.0.9 --dst-range 10.96.0.2-10.96.0.3", "no")]
    [InlineData("-m iprange --src-range ::-ffff::", "no")]
    public void Address_ranges(string rule, string expected) => Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp));

    [Theory]
    [InlineData("-m owner --uid-owner 1337", "if the sending process runs as user 1337", "no")]
    [InlineData("-m owner ! --uid-owner 0", "unless the sending process runs as user 0", "yes")]
    [InlineData("-m owner --gid-owner 5 --suppl-groups", "if the sending process is in group 5", "no")]
    [InlineData("-m owner ! --uid-owner 1-5 --gid-owner 7", "if not (the sending process runs as user 1-5) and the sending process runs as group 7", "no")]
    [InlineData("-m owner --socket-exists", "yes", "no")]
    [InlineData("-m owner ! --socket-exists", "no", "yes")]
    [InlineData("-m owner ! --socket-exists ! --uid-owner 1", "no", "yes")]
    [InlineData("-m cgroup --cgroup 7", "if the process of its socket is in the cgroup 7", "if the process of its socket is in the cgroup 7")]
    [InlineData("-m mac --mac-source 00:11:22:33:44:55", "no", "if its source MAC is 00:11:22:33:44:55")]
    [InlineData("-m mac ! --mac-source 00:11:22:33:44:55", "no", "unless its source MAC is 00:11:22:33:44:55")]
    public void What_only_packets_of_this_node_or_only_those_of_others_have(string rule, string local, string network)
    {
        Assert.Equal(local, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { Entry = PacketEntry.Local }));
        Assert.Equal(network, MatchAnswers.Ask(rule, MatchAnswers.Tcp));
    }

    [Theory]
    [InlineData("-m length --length 60:100", "yes", "if it is 60:100 bytes long")]
    [InlineData("-m length ! --length 60", "no", "unless it is 60 bytes long")]
    [InlineData("-m dscp --dscp 0x2e", "yes", "if its DSCP is 0x2e")]
    [InlineData("-m dscp ! --dscp-class CS1", "yes", "unless its DSCP is 0x08")]
    [InlineData("-m tos --tos 0x08/0x1c", "no", "if its TOS is 0x8/0x1c")]
    [InlineData("-m tos --tos 0xb9/0xff", "yes", "if its TOS is 0xb9/0xff")]
    [InlineData("-m ttl --ttl-eq 64", "yes", "if its TTL is == 64")]
    [InlineData("-m ttl ! --ttl-eq 64", "no", "if its TTL is != 64")]
    [InlineData("-m ttl --ttl-lt 64", "no", "if its TTL is < 64")]
    [InlineData("-m hl --hl-gt 63", "yes", "if its hop limit is > 63")]
    public void Header_fields(string rule, string known, string unknown)
    {
        Assert.Equal(known, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { Length = 60, Tos = 0xb9, Ttl = 64 }));
        Assert.Equal(unknown, MatchAnswers.Ask(rule, MatchAnswers.Tcp));
    }

    [Theory]
    [InlineData("-m pkttype --pkt-type unicast", "10.96.0.1", "yes")]
    [InlineData("-m pkttype --pkt-type multicast", "224.0.0.251", "yes")]
    [InlineData("-m pkttype ! --pkt-type broadcast", "192.0.2.255", "no")]
    [InlineData("-m pkttype --pkt-type broadcast", "192.0.2.254", "no")]
    public void How_the_link_addressed_it(string rule, string destination, string expected) =>
        Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { Destination = NetAddress.Parse(destination) }));

    [Theory]
    [InlineData("-m nfacct --nfacct-name  x", "yes")]
    [InlineData("-m policy --dir in --pol none", "unless it came protected by IPsec")]
    [InlineData("-m policy --dir in --pol ipsec", "if it came protected by IPsec")]
    [InlineData("-m policy --dir out --pol ipsec --strict --reqid 5 --proto esp --next --mode tunnel", "if IPsec will protect it with reqid 5 proto esp, then mode tunnel only")]
    [InlineData("-m rpfilter", "if source 10.0.0.9 has its route back by the interface it came from")]
    [InlineData("-m rpfilter --loose --invert", "unless source 10.0.0.9 has a route back")]
    [InlineData("-m socket --transparent", "if this node has a transparent socket for 10.0.0.9:40000 to 10.96.0.1:80")]
    [InlineData("-m ipvs --vaddr 10.96.0.1 --vport 80", "if IPVS handles its connection to the virtual server 10.96.0.1 and IPVS handles its connection to a virtual server on port 80")]
    [InlineData("-m connlimit --connlimit-above 3 --connlimit-mask 24 --connlimit-saddr", "if 10.0.0.0/24 has more than 3 connections")]
    [InlineData("-m connlimit --connlimit-upto 3", "unless 10.0.0.9 has more than 3 connections")]
    [InlineData("-m connbytes --connbytes 100 --connbytes-mode bytes --connbytes-dir both", "if its connection has carried 100 or more bytes both ways")]
    [InlineData("-m hashlimit --hashlimit-above 5/sec --hashlimit-mode srcip,dstport --hashlimit-name x", "if the rate of packets from 10.0.0.9, to port 80 is above 5/sec (burst 5) each time")]
    [InlineData("-m string --string \"GET /\" --algo bm --to 100", "if it contains \"GET /\" between bytes 0 and 100")]
    [InlineData("-m u32 ! --u32 \"0x0=0x5\"", "unless its bytes are such that 0x0=0x5 (u32)")]
    [InlineData("-m helper --helper ftp", "no")]
    [InlineData("-m helper ! --helper ftp", "yes")]
    [InlineData("-m realm ! --realm 0x1", "if -m realm ! --realm 0x1 holds")]
    [InlineData("-m quota --quota 1000", "if -m quota --quota 1000 holds each time")]
    public void What_no_snapshot_tells_is_a_condition(string rule, string expected) => Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp));
}
