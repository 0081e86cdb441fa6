using Sluice.Net;
using Sluice.Netfilter.Ipsets;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing.Ipsets;

/// <summary>What <c>-m set</c> answers, type by type, as the kernel's kadt functions do.</summary>
public sealed class IpSetMatchTests
{
    [Theory]
    [InlineData("hash:ip", "src", "10.0.0.5", true)]
    [InlineData("hash:ip", "dst", "10.0.0.5", false)]
    [InlineData("hash:ip,port", "src,dst", "10.0.0.5,tcp:80", true)]
    [InlineData("hash:ip,port", "src,dst", "10.0.0.5,udp:80", false)]
    [InlineData("hash:ip,port", "src,src", "10.0.0.5,tcp:40000", true)]
    [InlineData("hash:ip,port,ip", "src,dst,dst", "10.0.0.5,tcp:80,10.9.0.1", true)]
    [InlineData("hash:ip,port,ip", "src,dst,dst", "10.0.0.5,tcp:80,10.9.0.2", false)]
    [InlineData("hash:ip,port,net", "dst,dst,src", "10.9.0.1,tcp:80,10.0.0.0/24", true)]
    [InlineData("hash:ip,port,net", "dst,dst,src", "10.9.0.1,tcp:80,10.1.0.0/24", false)]
    [InlineData("hash:net", "src", "10.0.0.0/8", true)]
    [InlineData("hash:net", "dst", "10.0.0.0/24", false)]
    [InlineData("hash:net,port", "src,dst", "10.0.0.0/8,tcp:80", true)]
    [InlineData("hash:net,net", "src,dst", "10.0.0.0/16,10.9.0.0/24", true)]
    [InlineData("hash:net,net", "dst,src", "10.0.0.0/16,10.9.0.0/24", false)]
    [InlineData("hash:net,port,net", "src,dst,dst", "10.0.0.0/16,tcp:80,10.9.0.0/16", true)]
    [InlineData("hash:ip,mark", "src,src", "10.0.0.5,7", true)]
    [InlineData("hash:ip,mark", "src,src", "10.0.0.5,8", false)]
    [InlineData("hash:net,iface", "src,src", "10.0.0.0/8,eth0", true)]
    [InlineData("hash:net,iface", "src,src", "10.0.0.0/8,eth1", false)]
    [InlineData("hash:net,iface", "src,src", "10.0.0.0/8,et*", true)]
    [InlineData("hash:net,iface", "src,src", "10.0.0.0/8,physdev:eth0", false)]
    [InlineData("bitmap:ip", "src", "10.0.0.5", true)]
    [InlineData("bitmap:port", "dst", "80", true)]
    [InlineData("bitmap:port", "src", "80", false)]
    [InlineData("hash:ip,port", "src", "10.0.0.5,tcp:80", false)]
    [InlineData("hash:ip", "src,dst", "10.0.0.5", true)]
    public void A_set_contains_what_its_dimensions_say(string type, string ends, string entry, bool contains)
    {
        Assert.Equal(contains, Ask(type, ends, entry));
        Assert.Equal(!contains, Ask(type, ends, entry, inverted: true));
    }

    [Theory]
    [InlineData("tcp", true)]
    [InlineData("udp", true)]
    [InlineData("sctp", false)]
    public void A_bitmap_of_ports_knows_tcp_and_udp_only(string protocol, bool contains) =>
        Assert.Equal(contains, Trace(Sets.Of("A", "bitmap:port", "80"), "dst", Packet(protocol)).Verdict == TraceVerdict.Dropped);

    [Fact]
    public void Icmp_has_type_and_code_where_others_have_a_port()
    {
        var packet = new Packet(L4Protocol.Icmp, NetAddress.Parse("10.0.0.5"), NetAddress.Parse("10.9.0.1")) { IcmpType = 8, IcmpCode = 0, InInterface = "eth0" };

        Assert.Equal(TraceVerdict.Dropped, Trace(Sets.Of("A", "hash:ip,port", "10.0.0.5,icmp:2048"), "src,src", packet).Verdict);
        Assert.Equal(TraceVerdict.Delivered, Trace(Sets.Of("A", "hash:ip,port", "10.0.0.5,icmp:2049"), "src,src", packet).Verdict);
    }

    [Fact]
    public void The_longest_network_decides_and_may_exclude()
    {
        string[] entries = ["10.0.0.0/8", "10.0.0.0/24 nomatch", "10.0.0.5/32"];

        Assert.True(Ask("hash:net", "src", entries));
        Assert.False(Ask("hash:net", "src", [.. entries[..2]]));
        Assert.True(Ask("hash:net", "src", [entries[0]]));
        Assert.True(Ask("hash:net", "src", [.. entries[..2]], options: "--return-nomatch "));
        Assert.False(Ask("hash:net", "src", entries, options: "--return-nomatch "));
    }

    [Fact]
    public void Of_networks_with_interfaces_the_closest_one_decides_whatever_its_interface()
    {
        Assert.True(Ask("hash:net,iface", "src,src", ["10.0.0.0/8,eth0"]));
        Assert.False(Ask("hash:net,iface", "src,src", ["10.0.0.0/8,eth0", "10.0.0.0/24,eth1"]));
        Assert.True(Ask("hash:net,iface", "src,src", ["10.0.0.0/24,eth1", "10.0.0.0/24,eth0"]));
    }

    [Fact]
    public void A_netmask_makes_addresses_of_one_network_one_entry()
    {
        var set = Sets.Of("A", "hash:ip", "10.0.0.0") with { NetmaskLength = 24 };

        Assert.Equal(TraceVerdict.Dropped, Trace(set, "src", Packet()).Verdict);
        Assert.Equal(TraceVerdict.Delivered, Trace(set with { NetmaskLength = 30 }, "src", Packet()).Verdict);
    }

    [Fact]
    public void A_set_of_the_other_family_contains_nothing() => Assert.False(Ask("hash:net", "src", ["fd00::/8"]));

    [Fact]
    public void A_list_contains_what_one_of_its_members_does()
    {
        IpSetTable sets = new([
            Sets.Of("A", "list:set", "B", "C"),
            Sets.Of("B", "hash:ip", "10.0.0.6"),
            Sets.Of("C", "hash:ip,port", "10.0.0.5,tcp:80"),
        ]);

        Assert.Equal(TraceVerdict.Dropped, Trace(sets, "src,dst", Packet()).Verdict);
        Assert.Equal(TraceVerdict.Delivered, Trace(sets, "src", Packet()).Verdict);
    }

    [Fact]
    public void A_set_that_others_are_there_without_is_missing()
    {
        var trace = Trace(new IpSetTable([Sets.Of("B", "hash:ip")]), "src", Packet());

        Assert.Equal(TraceVerdict.Incomplete, trace.Verdict);
        Assert.Equal("ipset A is not in the snapshot [rule 1 of FORWARD (filter)]", Assert.Single(trace.Outcomes).Reason);
    }

    [Fact]
    public void Without_any_set_the_answer_is_a_condition_and_an_assumption()
    {
        var trace = Trace(IpSetTable.Empty, "src,dst", Packet());

        Assert.Equal(["if the set A contains 10.0.0.5:40000, 10.9.0.1:80 (src,dst)"], trace.Outcomes[0].Conditions);
        Assert.Contains("no ipsets in the snapshot: what rules ask of one is a condition", trace.Assumptions);
    }

    [Fact]
    public void An_entry_with_a_timeout_is_taken_to_be_there_and_the_answer_says_so()
    {
        var trace = Trace(Sets.Of("A", "hash:ip", "10.0.0.5 timeout 3"), "src", Packet());

        Assert.Equal(TraceVerdict.Dropped, trace.Verdict);
        Assert.Contains("entries of ipset A that have a timeout are taken to be still there", trace.Assumptions);
    }

    [Fact]
    public void A_set_that_rules_change_is_a_condition()
    {
        var node = Node(new IpSetTable([Sets.Of("A", "hash:ip", "10.0.0.5")]), "-A FORWARD -m set --match-set A src -j DROP\n-A FORWARD -j SET --del-set A src");

        Assert.Equal(2, new Tracer(node).Trace(Packet()).Outcomes.Count);
    }

    [Fact]
    public void A_set_whose_entries_were_not_all_shown_is_a_condition() =>
        Assert.Equal(2, Trace(Sets.Of("A", "hash:ip", "10.0.0.5") with { LacksEntries = true }, "src", Packet()).Outcomes.Count);

    [Fact]
    public void Counters_hardware_addresses_and_interfaces_that_are_not_known_are_conditions()
    {
        Assert.Equal(2, Trace(Sets.Of("A", "hash:net,iface", "10.0.0.0/8,eth0"), "src,dst", Packet()).Outcomes.Count);
        Assert.Equal(2, Trace(Sets.Of("A", "hash:ip", "10.0.0.5"), "src", Packet(), "--packets-gt 3 ").Outcomes.Count);
        Assert.Equal(2, Trace(Sets.Of("A", "hash:mac", "02:AA:00:00:00:01"), "src", Packet()).Outcomes.Count);
        Assert.Equal(2, Trace(Sets.Of("A", "hash:ip,mac", "10.0.0.5,02:AA:00:00:00:01"), "src,src", Packet()).Outcomes.Count);
        Assert.Single(Trace(Sets.Of("A", "hash:ip,mac", "10.0.0.6,02:AA:00:00:00:01"), "src,src", Packet()).Outcomes);
    }

    [Fact]
    public void The_target_takes_mark_and_mask_from_the_entry()
    {
        var set = Sets.Of("A", "hash:net", "10.0.0.0/8") with { HasPacketInfo = true };
        set = set with { Entries = [set.Entries[0] with { PacketMark = (0x20, 0xf0) }] };
        var node = Node(new IpSetTable([set]), "-A FORWARD -j SET --map-set A src --map-mark");

        Assert.Equal(0x27u, Assert.Single(new Tracer(node).Trace(Packet() with { Mark = 0x17 }).Outcomes).Mark);
    }

    [Fact]
    public void A_set_of_a_hundred_thousand_entries_is_not_walked_for_each_packet()
    {
        var set = Sets.Of("A", "hash:net,port") with
        {
            Entries = [.. Enumerable.Range(0, 100_000).Select(i => new IpSetEntry([
                new IpSetValue.Network(Prefix.Of(NetAddress.V4(0x0a000000u + ((uint)i << 8)), 24)), new IpSetValue.Port(L4Protocol.Tcp, 80)]))],
        };
        var tracer = new Tracer(Node(new IpSetTable([set]), "-A FORWARD -m set --match-set A src,dst -j DROP"));
        Assert.Equal(TraceVerdict.Dropped, tracer.Trace(Packet()).Verdict);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(TraceVerdict.Dropped, tracer.Trace(Packet()).Verdict);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    private static Packet Packet(string protocol = "tcp") => L4Protocol.TryParse(protocol, out var number)
        ? new Packet(number, NetAddress.Parse("10.0.0.5"), NetAddress.Parse("10.9.0.1")) { SourcePort = 40000, DestinationPort = 80, InInterface = "eth0", Mark = 7 }
        : throw new FormatException(protocol);

    private static bool Ask(string type, string ends, string entry, bool inverted = false) => Ask(type, ends, [entry], inverted);

    private static bool Ask(string type, string ends, string[] entries, bool inverted = false, string options = "") =>
        Trace(Sets.Of("A", type, entries), ends, Packet(), options, inverted).Verdict == TraceVerdict.Dropped;

    private static Trace Trace(IpSet set, string ends, Packet packet, string options = "", bool inverted = false) =>
        Trace(new IpSetTable([set]), ends, packet, options, inverted);

    private static Trace Trace(IpSetTable sets, string ends, Packet packet, string options = "", bool inverted = false) =>
        new Tracer(Node(sets, $"-A FORWARD -m set {(inverted ? "! " : "")}--match-set A {ends} {options}-j DROP")).Trace(packet);

    private static Sluice.Netfilter.NodeSnapshot Node(IpSetTable sets, string rules) =>
        Tracing.Ask.Node($"*filter\n:FORWARD ACCEPT [0:0]\n{rules}\nCOMMIT\n") with { Ipsets = sets };
}
