using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing;
using Xunit;
using static Sluice.Tests.Tracing.Native.Nft;

namespace Sluice.Tests.Tracing.Native;

/// <summary>Verdicts, statements and the order of base chains.</summary>
public sealed class NftPathTests
{
    [Fact]
    public void A_rule_goes_on_behind_a_statement()
    {
        var outcome = Only(Base("in", Hook.Prerouting, 0, [OrMark(0x4000), Is(DestinationPort, Port(80)), OrMark(1), Verdict.Accept.Instance]));

        Assert.Equal(0x4001u, outcome.Mark);
        Assert.Equal("t/in/1", outcome.Places());
        Assert.Equal("meta mark set meta mark | 0x00004000, meta mark set meta mark | 0x00000001, Accept", outcome.Path[0].Action);
    }

    [Fact]
    public void A_statement_before_a_match_that_fails_has_had_its_effect()
    {
        var outcome = Only(Base("in", Hook.Prerouting, 0, [OrMark(0x4000), Is(DestinationPort, Port(81)), OrMark(1)]));

        Assert.Equal(0x4000u, outcome.Mark);
        Assert.Equal("t/in/policy", outcome.Places());
    }

    [Fact]
    public void Accept_ends_only_its_own_base_chain()
    {
        var outcome = Only(
            Base("first", Hook.Prerouting, -10, [Verdict.Accept.Instance], [OrMark(1)]),
            Base("second", Hook.Prerouting, 10, [OrMark(2)]));

        Assert.Equal(2u, outcome.Mark);
    }

    [Fact]
    public void Continue_is_no_verdict()
    {
        Assert.Equal("t/in/1 t/in/2 t/in/policy", Only(Base("in", Hook.Prerouting, 0, [Verdict.Continue.Instance], [OrMark(1)])).Places());
    }

    [Fact]
    public void Goto_from_a_base_chain_comes_back_to_its_policy()
    {
        var drop = Base("in", Hook.Prerouting, 0, [new Verdict.Goto("user")], [Verdict.Accept.Instance]);
        drop = drop with { Base = drop.Base! with { Policy = ChainPolicy.Drop } };

        var outcome = Only(drop, Chain("user", [OrMark(1)]));

        Assert.Equal(Disposition.Dropped, outcome.Disposition);
        Assert.Equal("t/in/1 t/user/1 t/in/policy", outcome.Places());
    }

    [Fact]
    public void Of_equal_priority_the_chain_that_was_registered_last_comes_first()
    {
        var outcome = Only(Base("older", Hook.Prerouting, 0, [OrMark(1)]), Base("newer", Hook.Prerouting, 0, [OrMark(2)]));

        Assert.Equal("t/newer/1 t/newer/policy t/older/1 t/older/policy", outcome.Places());
    }

    [Fact]
    public void Nat_chains_are_called_where_the_kernel_translates_whatever_their_priority()
    {
        var outcome = Only(
            Base("late", ChainType.Nat, Hook.Prerouting, 50, [Dnat("10.244.1.9")]),
            Base("early", ChainType.Nat, Hook.Prerouting, -150, [OrMark(1)]),
            Base("between", Hook.Prerouting, -120, [OrMark(2)]));

        Assert.Equal("t/between/1 t/between/policy t/early/1 t/early/policy t/late/1", outcome.Places());
        Assert.Equal("10.244.1.9", outcome.Destination.ToString());
    }

    [Fact]
    public void The_first_nat_chain_that_translates_ends_the_hooks_nat_evaluation()
    {
        var outcome = Only(
            Base("first", ChainType.Nat, Hook.Prerouting, -101, [Dnat("10.244.1.8")]),
            Base("second", ChainType.Nat, Hook.Prerouting, -100, [Dnat("10.244.1.9")]));

        Assert.Equal("t/first/1", outcome.Places());
        Assert.Equal("10.244.1.8", outcome.Destination.ToString());
    }

    [Fact]
    public void Without_a_rule_that_needs_connection_tracking_no_nat_chain_is_called()
    {
        var trace = Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), Table("t", [Base("nat", ChainType.Nat, Hook.Prerouting, -100, [Verdict.Drop.Instance])]));

        Assert.Equal(TraceVerdict.Delivered, trace.Verdict);
        Assert.Contains("no rule needs connection tracking: the kernel calls no nat chain without it", trace.Assumptions);
    }

    [Fact]
    public void A_dormant_table_is_not_called()
    {
        var table = Table("t", [Base("in", Hook.Prerouting, 0, [Verdict.Drop.Instance])]) with { IsDormant = true };

        Assert.Equal(TraceVerdict.Delivered, Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), table).Verdict);
    }

    [Fact]
    public void Chains_of_iptables_and_nftables_take_turns_by_priority()
    {
        var iptables = Ask.Node("""
            *mangle
            :PREROUTING ACCEPT [0:0]
            COMMIT
            *nat
            :PREROUTING ACCEPT [0:0]
            COMMIT
            """).Ruleset.Tables;
        var native = Table("t", [Base("in", Hook.Prerouting, -120, [OrMark(1)])]);

        var outcome = Assert.Single(Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), [.. iptables, native]).Outcomes);

        Assert.Equal("mangle/PREROUTING/policy t/in/1 t/in/policy nat/PREROUTING/policy", outcome.Places());
    }

    [Fact]
    public void A_table_for_both_families_sees_IPv6_but_its_IPv4_fields_do_not_match()
    {
        var table = Table("t", [Base("in", Hook.Prerouting, 0, [IsNot(Destination, Address("10.0.0.1")), Verdict.Drop.Instance], [OrMark(1)])]) with { Family = TableFamily.Inet };

        var outcome = Assert.Single(Nft.Trace(Ask.Tcp("2001:db8::7", "[2001:db8::1]:80"), table).Outcomes);

        Assert.Equal((Disposition.Accepted, 1u), (outcome.Disposition, outcome.Mark));
    }

    [Fact]
    public void Masquerade_may_follow_a_mark_in_one_rule()
    {
        var outcome = Only(
            Base("mark", Hook.Prerouting, 0, [OrMark(0x4000)]),
            Base("post", ChainType.Nat, Hook.Postrouting, 100,
                [new NftMatch(new NftExpression.Bitwise(Mark, Word(0x4000), Word(0)), new NftOperand.Values(Word(0), Word(0)), Inverted: true),
                 new SetValue(Mark, new NftExpression.Bitwise(Mark, Word(uint.MaxValue), Word(0x4000))),
                 new Verdict.Translate(new NatSpec(NatKind.Masquerade, null, null, null, NatFlags.RandomFully))]));

        Assert.True(outcome.Masquerade);
        Assert.Equal(0u, outcome.Mark);
        Assert.Equal("10.244.1.1", outcome.Source.ToString());
    }

    [Fact]
    public void What_is_unknown_makes_the_answer_ambiguous()
    {
        var trace = Nft.Trace(
            Ask.Tcp("203.0.113.7", "10.244.1.5:80"),
            Table("t", [Base("in", Hook.Prerouting, 0, [Is(new NftExpression.Unknown("osf name"), Word(1)), Verdict.Drop.Instance])]));

        Assert.Equal(TraceVerdict.Ambiguous, trace.Verdict);
        Assert.Equal(2, trace.Outcomes.Count);
    }

    [Fact]
    public void An_unknown_statement_may_end_the_way_or_go_on_in_the_rule()
    {
        var trace = Nft.Trace(
            Ask.Tcp("203.0.113.7", "10.244.1.5:80"),
            Table("t", [Base("in", Hook.Prerouting, 0, [new Verdict.Unknown("synproxy", ""), OrMark(1)])]));

        Assert.Equal(["Dropped 0", "Forwarded 1"], trace.Outcomes.Select(o => $"{o.Disposition} {o.Mark}"));
    }

    [Fact]
    public void What_answers_in_TCPs_words_is_for_TCP_alone()
    {
        var reset = Table("t", [Base("in", Hook.Prerouting, 0, [new Verdict.Reject("tcp-reset")])]);

        Assert.Equal(TraceVerdict.Rejected, Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), reset).Verdict);
        Assert.Equal(TraceVerdict.Delivered, Nft.Trace(Ask.Udp("203.0.113.7", "10.244.1.5:80"), reset).Verdict);
    }

    [Fact]
    public void Too_deep_jumps_are_said_to_be_refused()
    {
        var chains = Enumerable.Range(1, 16).Select(i => Chain($"c{i}", [new Verdict.Jump($"c{i + 1}")])).ToList();

        var outcome = Only([Base("in", Hook.Prerouting, 0, [new Verdict.Jump("c1")]), .. chains, Chain("c17")]);

        Assert.Equal(Disposition.Incomplete, outcome.Disposition);
    }

    [Fact]
    public void A_table_of_a_device_is_named_as_an_assumption()
    {
        var device = Table("edge", [Chain("ingress", [Verdict.Drop.Instance])]) with { Family = TableFamily.Netdev };

        Assert.Contains(
            "table netdev edge has chains below IP, which are not followed: they are taken to let the packet pass",
            Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), device).Assumptions);
    }

    [Fact]
    public void A_verdict_map_by_interface_forks_where_the_interface_is_not_known()
    {
        var chain = Base("in", Hook.Prerouting, 0, [Vmap(InName, InterfaceName, Element(Name("eth0"), Verdict.Drop.Instance), Element(Name("wg0"), Verdict.Accept.Instance))], [OrMark(1)]);
        var node = Node(Table("t", [chain])) with { Routing = null };

        var trace = new Tracer(node).Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"));

        Assert.Equal(
            ["Dropped 0 if arrives on eth0", "Forwarded 0 unless arrives on eth0; if arrives on wg0", "Forwarded 1 unless arrives on eth0; unless arrives on wg0"],
            trace.Outcomes.Select(o => $"{o.Disposition} {o.Mark} {string.Join("; ", o.Conditions)}").Order());
    }

    private static Outcome Only(params Chain[] chains) => Assert.Single(Nft.Trace(Ask.Tcp("203.0.113.7", "10.244.1.5:80"), Table("t", chains)).Outcomes);
}
