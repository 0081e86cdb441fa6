using Sluice.Net;
using Sluice.Netfilter.Ipvs;
using Sluice.Netfilter.Text;
using Xunit;

namespace Sluice.Tests.Ipvs;

/// <summary>What single lines of ipvsadm mean, and what is said of lines that cannot be read.</summary>
public sealed class IpvsReaderTests
{
    [Fact]
    public void A_virtual_server_has_all_its_options_by_short_or_long_names()
    {
        var expected = new VirtualServer(new VirtualServerKey.Address(L4Protocol.Udp, NetAddress.Parse("10.96.0.1"), 5060))
        {
            Scheduler = "sh",
            SchedulerFlags = SchedulerFlags.First | SchedulerFlags.Third,
            PersistenceSeconds = 60,
            PersistencePrefixLength = 24,
            PersistenceEngine = "sip",
            SchedulesEachPacket = true,
        };
        Assert.Equal(expected, One("-A -u 10.96.0.1:5060 -s sh -p 60 -M 255.255.255.0 --pe sip -o -b sh-fallback,flag-3"));
        Assert.Equal(
            expected,
            One("ipvsadm --add-service --udp-service=10.96.0.1:sip --scheduler sh --persistent 60 --netmask 255.255.255.0 --pe sip --ops --sched-flags flag-1,flag-3"));
        Assert.Equal(expected, One("UDP  10.96.0.1:5060 sh (sh-fallback,flag-3) persistent 60 mask 255.255.255.0 pe sip ops"));
    }

    [Fact]
    public void A_real_server_has_all_its_options_by_short_or_long_names()
    {
        var expected = new RealServer(NetAddress.Parse("10.0.0.1"), 80)
        {
            Method = ForwardingMethod.Tunneling,
            Tunnel = new TunnelEncapsulation(TunnelKind.Gue) { Port = 6080, Checksum = TunnelChecksum.Remote },
            Weight = 7,
            UpperThreshold = 9,
            LowerThreshold = 8,
        };
        Assert.Equal([expected], One("-A -f 5", "-a -f 5 -r 10.0.0.1:80 -i -w 7 -x 9 -y 8 --tun-type gue --tun-port 6080 --tun-remcsum").RealServers);
        Assert.Equal(
            [expected],
            One("$ ipvsadm -A -f 5", "$ ipvsadm --add-server --fwmark-service 5 --real-server 10.0.0.1:80 --ipip --weight=7 --u-threshold 9 --l-threshold 8 --tun-remcsum --tun-type=gue --tun-port=6080").RealServers);
    }

    [Fact]
    public void What_is_not_said_is_what_ipvsadm_takes()
    {
        var server = One("-A -t [fd00::1]:443 -p", "-a -t [fd00::1]:443 -r [fd00::2]");
        Assert.Equal(("wlc", 300), (server.Scheduler, server.PersistenceSeconds));
        Assert.Equal([new RealServer(NetAddress.Parse("fd00::2"), 443) { Method = ForwardingMethod.DirectRouting }], server.RealServers);
    }

    [Theory]
    [InlineData("-A -f 7 -s rr", "mark 7", IPFamily.IPv4)]
    [InlineData("-A -f -2 -6 -s rr", "mark 4294967294", IPFamily.IPv6)]
    [InlineData("FWM  7 IPv6 rr", "mark 7", IPFamily.IPv6)]
    [InlineData("FWM  -1 rr", "mark 4294967295", IPFamily.IPv4)]
    [InlineData("SCTP [fd00::1]:9 rr", "sctp [fd00::1]:9", IPFamily.IPv6)]
    [InlineData("TCP  localhost:https rr", "tcp 127.0.0.1:443", IPFamily.IPv4)]
    public void A_virtual_server_is_known_by_address_or_mark(string line, string key, IPFamily family)
    {
        var server = One(line);
        Assert.Equal((key, family, "rr"), (server.Key.ToString(), server.Key.PacketFamily, server.Scheduler));
    }

    [Theory]
    [InlineData("-> 10.0.0.1:80  Masq  3  4  5", ForwardingMethod.Masquerading, 3, 4u)]
    [InlineData("  -> 10.0.0.1:80  Local  0  1  2  ", ForwardingMethod.LocalNode, 0, 1u)]
    [InlineData("-> 10.0.0.1:80  Tunnel ipip 3  4  5", ForwardingMethod.Tunneling, 3, 4u)]
    [InlineData("-> 10.0.0.1:80  Route n/a 3  4  5", ForwardingMethod.DirectRouting, 3, 4u)]
    public void A_row_tells_method_weight_and_connections(string row, ForwardingMethod method, int weight, uint active)
    {
        var real = Assert.Single(One("TCP  10.96.0.1:80 rr", row).RealServers);
        Assert.Equal((method, weight, active), (real.Method, real.Weight, real.Counts!.Active));
    }

    [Fact]
    public void Shortened_numbers_of_traffic_are_numbers()
    {
        var read = ServerDumps.Read("TCP  10.96.0.1:80   123456K  9999M  99999G  1T  0\n  -> 10.0.0.1:80  123456K  9999M  99999G  1T 0\n");
        Assert.Equal([new RealServer(NetAddress.Parse("10.0.0.1"), 80)], Assert.Single(read.Snapshot.Ipvs!.Servers).RealServers);
    }

    [Theory]
    [InlineData("-A -t web.example.com:80 -s rr\n-a -t web.example.com:80 -r 10.0.0.1:80 -m", "dump:1: 'web.example.com:80' is no address that can be read here: not read; give what ipvsadm -Sn prints")]
    [InlineData("-A -t 10.0.0.1:80 -s rr\n-a -t 10.0.0.1:80 -r pod:80 -m", "dump:2: real server 'pod:80' is no address that can be read here: not read; give what ipvsadm -Sn prints")]
    [InlineData("-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m\n-a -t 10.0.0.1:80 -r 10.0.0.3:80 -m", "dump:1: virtual server tcp 10.0.0.1:80 is not made in the sources: its real servers are not read")]
    [InlineData("-A -t 10.0.0.1:80 -s rr -x", "dump:1: '-x' is not understood")]
    [InlineData("-A -t 10.0.0.1:80 -s rr -b nonsense", "dump:1: '-b nonsense' is not understood")]
    [InlineData("-A -t 10.0.0.1:80 -s rr -p 5 -M 255.0.255.0", "dump:1: mask 255.0.255.0 has no prefix length: every client is taken for itself")]
    [InlineData("Prot LocalAddress:Port Scheduler Flags\nTCP  web.example.com:http rr\n  -> pod.example.com:http Masq 1 0 0", "dump:2: 'web.example.com:http' is no address that can be read here: the virtual server is left out; give what ipvsadm -Ln prints")]
    [InlineData("TCP  10.0.0.1:80 rr nonsense", "dump:1: 'nonsense' is not understood")]
    [InlineData("TCP  10.0.0.1:80 rr\n  -> 10.0.0.2:80  Masq  1", "dump:2: not understood as a real server of tcp 10.0.0.1:80: left out")]
    [InlineData("TCP  10.0.0.1:80 rr\n[snip]\n", "dump:2: virtual or real servers were left out here")]
    [InlineData("  -> 10.0.0.2:80  Masq  1 0 0\nTCP  10.0.0.1:80 rr\n", "dump:1: a real server without its virtual server: the copy is cut, it is not read")]
    public void What_cannot_be_read_is_said_once_with_its_line(string text, string note) =>
        Assert.Equal(note, Assert.Single(ServerDumps.Read(text).Notes, n => n.MattersToAnswers).ToString());

    [Fact]
    public void A_virtual_server_given_twice_with_other_contents_is_a_conflict_and_the_first_counts()
    {
        var read = ServerDumps.Read("-A -t 10.0.0.1:80 -s rr\n", "-A -t 10.0.0.1:80 -s wrr\n");
        Assert.Equal("dump2:1: virtual server tcp 10.0.0.1:80 was already given at dump1:1, with other contents; these do not count", Assert.Single(read.Notes).ToString());
        Assert.Equal(ReaderNoteKind.Conflict, read.Notes[0].Kind);
        Assert.Equal("rr", Assert.Single(read.Snapshot.Ipvs!.Servers).Scheduler);
    }

    [Fact]
    public void An_edit_changes_what_was_added()
    {
        var server = One("-A -t 10.0.0.1:80 -s rr", "-a -t 10.0.0.1:80 -r 10.0.0.2:80 -m", "-E -t 10.0.0.1:80 -s wrr", "-e -t 10.0.0.1:80 -r 10.0.0.2:80 -m -w 5");
        Assert.Equal(("wrr", 5), (server.Scheduler, Assert.Single(server.RealServers).Weight));
    }

    [Fact]
    public void Rules_of_iptables_stay_rules()
    {
        var read = ServerDumps.Read("*nat\n:PREROUTING ACCEPT [0:0]\n:TCP - [0:0]\n-A PREROUTING -j TCP\n-A TCP -p tcp -j ACCEPT\nCOMMIT\n" + ServerDumps.Text("kube.Sn.txt") + ServerDumps.Text("kube.Ln.txt") + "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j DROP\nCOMMIT\n");
        Assert.Empty(read.Notes);
        Assert.Equal(3, read.Snapshot.Ruleset.Tables.Sum(t => t.Chains.Sum(c => c.Rules.Count)));
        Assert.Equal(ServerDumps.Read(ServerDumps.Text("kube.Sn.txt")).Snapshot.Ipvs!.Servers.Count, read.Snapshot.Ipvs!.Servers.Count);
    }

    [Fact]
    public void An_empty_listing_is_a_node_without_virtual_servers()
    {
        Assert.Empty(ServerDumps.Read("IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port Scheduler Flags\n  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n").Snapshot.Ipvs!.Servers);
        Assert.Null(ServerDumps.Read("*nat\nCOMMIT\n").Snapshot.Ipvs);
    }

    [Fact]
    public void Each_virtual_server_knows_its_line() =>
        Assert.Equal("dump:2", ServerDumps.Read("# head\n-A -t 10.0.0.1:80 -s rr\n").Snapshot.Ipvs!.Servers[0].Source.ToString());

    private static VirtualServer One(params string[] lines)
    {
        var read = ServerDumps.Read(string.Join('\n', lines) + "\n");
        Assert.DoesNotContain(read.Notes, n => n.MattersToAnswers);
        return Assert.Single(read.Snapshot.Ipvs!.Servers);
    }
}
