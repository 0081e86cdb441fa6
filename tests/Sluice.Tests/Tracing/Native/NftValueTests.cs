using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing;
using Xunit;
using static Sluice.Tests.Tracing.Native.Nft;

namespace Sluice.Tests.Tracing.Native;

/// <summary>What values of a packet come out as, seen through comparisons.</summary>
public sealed class NftValueTests
{
    private static readonly NftType s_dscp = new("dscp", 6, 20);
    private static readonly NftType s_flags = new("tcp_flag", 8, 21);

    [Fact]
    public void A_drawn_number_below_a_bound_has_its_share()
    {
        Assert.Equal("3/10", Chance(Between(Nft.Random(10), Word(0), Word(2))));
        Assert.Equal("1/4", Chance(Between(new NftExpression.Meta("random", NftType.Mark), Word(0), Word(0x3fffffff))));
        Assert.Equal("7/10", Chance(new NftMatch(Nft.Random(10), new NftOperand.Values(Word(0), Word(2)), Inverted: true)));
    }

    [Fact]
    public void A_masked_draw_is_followed_number_by_number()
    {
        Assert.Equal("4/5", Chance(new NftMatch(new NftExpression.Bitwise(Nft.Random(5), Word(4), Word(0)), new NftOperand.Values(Word(0), Word(0)), Inverted: false)));
    }

    [Fact]
    public void A_random_verdict_map_of_ranges_forks_by_their_widths()
    {
        var map = Vmap(Nft.Random(100), NftType.Mark, Range(Word(0), Word(79), Verdict.Accept.Instance), Range(Word(80), Word(99), Verdict.Drop.Instance));

        Assert.Equal(["Dropped 1/5", "Forwarded 4/5"], Trace([map]).Outcomes.Select(o => $"{o.Disposition} {o.Probability}").Order());
    }

    [Fact]
    public void The_next_of_a_count_is_a_condition_for_each_number()
    {
        var map = Vmap(new NftExpression.NumberGenerator(IsRandom: false, 2, 0), NftType.Mark, Element(Word(0), Verdict.Accept.Instance), Element(Word(1), Verdict.Drop.Instance));

        Assert.Equal(
            ["Dropped unless numgen inc mod 2 is 0", "Forwarded if numgen inc mod 2 is 0"],
            Trace([map]).Outcomes.Select(o => $"{o.Disposition} {string.Join("; ", o.Conditions)}").Order());
    }

    [Fact]
    public void Fields_of_another_protocol_end_the_rule()
    {
        var udp = new NftExpression.Payload(new PayloadField("udp", "dport", PayloadBase.Transport, 16, NftType.InetService));

        Assert.False(Holds(Is(udp, Port(80))));
        Assert.False(Holds(IsNot(udp, Port(81))));
        Assert.True(Holds(Is(DestinationPort, Port(80))));
    }

    [Fact]
    public void A_protocol_without_ports_has_none_that_a_rule_could_ask_for()
    {
        var ping = new Packet(L4Protocol.Icmp, NetAddress.Parse("203.0.113.7"), NetAddress.Parse("10.244.1.5")) { IcmpType = 8, IcmpCode = 0 };

        Assert.Equal(0u, Assert.Single(Trace([Is(DestinationPort, Port(80)), OrMark(1)], ping).Outcomes).Mark);
        Assert.Equal(1u, Assert.Single(Trace([IsNot(DestinationPort, Port(80)), OrMark(1)], ping).Outcomes).Mark);
    }

    [Fact]
    public void Bits_of_headers_are_cut_out_wherever_they_lie()
    {
        Assert.True(Holds(Is(new NftExpression.Payload(new PayloadField("ip", "dscp", PayloadBase.Network, 8, s_dscp)), Byte(0x2e))));
        Assert.True(Holds(Is(new NftExpression.Payload(new PayloadField("@nh", "96,24", PayloadBase.Network, 96, new NftType("integer", 24, 4))), NftValue.Of(0xcb0071, 24))));
        Assert.True(Holds(new NftMatch(new NftExpression.Payload(new PayloadField("tcp", "flags", PayloadBase.Transport, 104, s_flags)), new NftOperand.AnyBit(Byte(2)), Inverted: false)));
        Assert.False(Holds(new NftMatch(new NftExpression.Payload(new PayloadField("tcp", "flags", PayloadBase.Transport, 104, s_flags)), new NftOperand.AnyBit(Byte(0x10)), Inverted: false)));
    }

    [Fact]
    public void What_the_question_does_not_tell_is_a_condition()
    {
        var trace = Trace([Is(new NftExpression.Payload(new PayloadField("tcp", "window", PayloadBase.Transport, 112, NftType.InetService)), Port(512)), OrMark(1)]);

        Assert.Equal(["0 unless its tcp window is 512", "1 if its tcp window is 512"], trace.Outcomes.Select(o => $"{o.Mark} {o.Conditions[0]}").Order());
    }

    [Theory]
    [InlineData("192.0.2.1", 2)]
    [InlineData("127.0.0.5", 2)]
    [InlineData("192.0.2.255", 3)]
    [InlineData("224.0.0.1", 5)]
    [InlineData("10.96.0.1", 1)]
    public void Fib_says_what_routing_takes_an_address_for(string destination, uint type)
    {
        var fib = new NftExpression.Fib(["daddr"], "type", FibType);
        var packet = Ask.Tcp("192.0.2.1", destination + ":80").Local();

        var table = Table("t", [Base("out", Hook.Output, 0, [Is(fib, Word(type)), Verdict.Drop.Instance])]);

        Assert.Equal(Disposition.Dropped, Assert.Single(Nft.Trace(packet, table).Outcomes).Disposition);
    }

    [Fact]
    public void Fib_says_by_which_interface_the_way_back_leads()
    {
        var name = new NftExpression.Fib(["saddr"], "oifname", InterfaceName);
        var check = new NftExpression.Fib(["saddr", "iif"], "check", new NftType("boolean", 8, 4));

        Assert.True(Holds(Is(name, Name("eth0"))));
        Assert.True(Holds(Is(check, Byte(1))));
    }

    // The results are the kernel's (6.18), read from the packet mark in its trace.
    [Fact]
    public void A_hash_of_known_values_with_a_known_seed_is_computed_as_the_kernel_does()
    {
        var port = new NftExpression.Payload(new PayloadField("tcp", "dport", PayloadBase.Transport, 16, NftType.InetService));
        Assert.Equal(0x9bu, Hashed(new NftExpression.Hash(Join(Source, port), 1000, 0xdeadbeef, 0), mark: 0));
        Assert.Equal(0xd00u, Hashed(new NftExpression.Hash(Join(Destination, Nft.Mark, port), 100_000, 0x1234, 7), mark: 0x9b));
        Assert.Equal(0x32ceu, Hashed(new NftExpression.Hash(Destination, 100_000, 0x1234, 0), mark: 0));
        Assert.Equal(0x5b44u, Hashed(new NftExpression.Hash(port, 100_000, 0x1234, 0), mark: 0));
    }

    [Fact]
    public void State_before_tracking_is_invalid_and_then_that_of_the_packet()
    {
        var isNew = new NftMatch(new NftExpression.Conntrack("state", null, State), new NftOperand.AnyBit(Word(8)), Inverted: false);
        var early = Base("raw", Hook.Prerouting, -300, [isNew, OrMark(1)]);
        var late = Base("filter", Hook.Prerouting, 0, [isNew, OrMark(2)]);

        Assert.Equal(2u, Assert.Single(Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), Table("t", [early, late])).Outcomes).Mark);
    }

    private static bool Holds(Match match) => Assert.Single(Trace([match, OrMark(1)]).Outcomes).Mark == 1;

    private static uint Hashed(NftExpression hash, uint mark)
    {
        var table = Table("t", [Base("out", Hook.Output, 0, [new SetValue(Nft.Mark, hash)])]);
        return Assert.Single(Nft.Trace(Ask.Tcp("127.0.0.1", "127.0.0.1:80").Local() with { Mark = mark }, table).Outcomes).Mark;
    }

    private static string Chance(Match match) => Assert.Single(Trace([match, OrMark(1)]).Outcomes, o => o.Mark == 1).Probability.ToString();

    private static Trace Trace(RulePart[] rule, Packet? packet = null) => Nft.Trace(
        packet ?? Ask.Tcp("203.0.113.7", "10.244.1.5:80") with { Tos = 0xb8 },
        Table("t", [Base("in", Hook.Prerouting, 0, rule)]));
}
