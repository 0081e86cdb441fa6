using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing;

/// <summary>The kernel's packet path, case by case.</summary>
public sealed class TracerTests
{
    [Fact]
    public void A_forwarded_packet_passes_the_hooks_and_tables_in_order()
    {
        const string Rules = """
            *raw
            :PREROUTING ACCEPT [0:0]
            COMMIT
            *mangle
            :PREROUTING ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            COMMIT
            *nat
            :PREROUTING ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            COMMIT
            *filter
            :FORWARD ACCEPT [0:0]
            COMMIT
            *security
            :FORWARD ACCEPT [0:0]
            COMMIT
            """;

        var outcome = Assert.Single(Ask.Trace(Rules, Ask.Tcp("10.244.1.5", "203.0.113.7:80")).Outcomes);

        Assert.Equal(Disposition.Forwarded, outcome.Disposition);
        Assert.Equal(
            "raw/PREROUTING/policy mangle/PREROUTING/policy nat/PREROUTING/policy mangle/FORWARD/policy filter/FORWARD/policy " +
            "security/FORWARD/policy mangle/POSTROUTING/policy nat/POSTROUTING/policy",
            outcome.Places());
    }

    [Fact]
    public void What_the_node_sends_to_itself_comes_back_through_loopback_without_nat()
    {
        const string Rules = """
            *nat
            :PREROUTING ACCEPT [0:0]
            :INPUT ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :POSTROUTING ACCEPT [0:0]
            COMMIT
            *filter
            :INPUT ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            -A INPUT -i lo -j ACCEPT
            COMMIT
            """;

        var outcome = Assert.Single(Ask.Trace(Rules + "\n" + Ask.Interfaces, Ask.Tcp("192.0.2.1", "192.0.2.1:80").Local()).Outcomes);

        Assert.Equal(Disposition.Accepted, outcome.Disposition);
        Assert.Equal("nat/OUTPUT/policy filter/OUTPUT/policy nat/POSTROUTING/policy filter/INPUT/1", outcome.Places());
    }

    [Fact]
    public void Return_goto_and_the_end_of_a_chain_go_back_as_the_kernel_does()
    {
        const string Rules = """
            *filter
            :FORWARD DROP [0:0]
            :A - [0:0]
            :B - [0:0]
            -A FORWARD -j A
            -A FORWARD -g B
            -A FORWARD -j ACCEPT
            -A A -s 10.0.0.0/8 -j RETURN
            -A A -j ACCEPT
            -A B -s 10.0.0.0/8 -j RETURN
            COMMIT
            """;

        var outcome = Assert.Single(Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80")).Outcomes);

        // A goto's RETURN ends the base chain: its policy decides.
        Assert.Equal("filter/FORWARD/1 filter/A/1 filter/FORWARD/2 filter/B/1 filter/FORWARD/policy", outcome.Places());
        Assert.Equal(Disposition.Dropped, outcome.Disposition);
        Assert.Equal("policy DROP of FORWARD (filter)", outcome.Reason);
    }

    [Fact]
    public void Accept_ends_its_table_only_and_reject_ends_everything()
    {
        const string Rules = """
            *mangle
            :FORWARD ACCEPT [0:0]
            -A FORWARD -j ACCEPT
            -A FORWARD -j DROP
            COMMIT
            *filter
            :FORWARD ACCEPT [0:0]
            -A FORWARD -p tcp -m comment --comment "no endpoints here" -j REJECT --reject-with tcp-reset
            COMMIT
            """;

        var outcome = Assert.Single(Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80")).Outcomes);

        Assert.Equal(Disposition.Rejected, outcome.Disposition);
        Assert.Equal("tcp-reset", outcome.RejectWith);
        Assert.Equal("no endpoints here [rule 1 of FORWARD (filter)]", outcome.Reason);
    }

    [Fact]
    public void Marks_are_cleared_by_mask_and_exclusive_ored()
    {
        const string Rules = """
            *mangle
            :PREROUTING ACCEPT [0:0]
            -A PREROUTING -j MARK --set-xmark 0xff/0x0f
            -A PREROUTING -j MARK --set-xmark 0x4000/0x0
            COMMIT
            """;

        var outcome = Assert.Single(Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80") with { Mark = 0x35 }).Outcomes);

        Assert.Equal(((0x35u & ~0x0fu) ^ 0xffu) ^ 0x4000u, outcome.Mark);
    }

    [Fact]
    public void A_chain_that_is_missing_ends_only_the_branch_that_needs_it()
    {
        const string Rules = """
            *nat
            :PREROUTING ACCEPT [0:0]
            -A PREROUTING -p tcp -m statistic --mode random --probability 0.25 -j KUBE-SEP-GONE
            -A PREROUTING -p tcp -m tcp -j DNAT --to-destination 10.244.1.5:8080
            COMMIT
            """;

        var trace = Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80"));

        Assert.Equal(TraceVerdict.Incomplete, trace.Verdict);
        Assert.Equal("Incomplete 1/4 10.0.0.1:40000 > 203.0.113.7:80\nForwarded 3/4 10.0.0.1:40000 > 10.244.1.5:8080", trace.Show());
        Assert.Equal("chain KUBE-SEP-GONE is not in the snapshot (nat table)", trace.Outcomes[0].Reason);
    }

    [Fact]
    public void An_unknown_match_forks_and_the_answer_is_ambiguous()
    {
        const string Rules = """
            *filter
            :FORWARD ACCEPT [0:0]
            -A FORWARD -m weather --raining -j DROP
            -A FORWARD -m weather --raining -j ACCEPT
            COMMIT
            """;

        var trace = Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80"));

        Assert.Equal(TraceVerdict.Ambiguous, trace.Verdict);
        Assert.Equal([Disposition.Dropped, Disposition.Forwarded], trace.Outcomes.Select(o => o.Disposition).Distinct());
        Assert.Contains("rule 1 of FORWARD", trace.Outcomes[0].Conditions[0], StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_target_may_end_the_way_or_not()
    {
        var trace = Ask.Trace("*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -j TARPIT --tarpit\nCOMMIT\n", Ask.Tcp("10.0.0.1", "203.0.113.7:80"));

        Assert.Equal(TraceVerdict.Ambiguous, trace.Verdict);
        Assert.Equal(2, trace.Outcomes.Count);
        Assert.All(trace.Outcomes, o => Assert.Contains("TARPIT", o.Conditions[0], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-A FORWARD -j A\n-A A -j B\n-A B -j A")]
    [InlineData("-A FORWARD -g A\n-A A -g B\n-A B -g A")]
    [InlineData("-A FORWARD -j A\n-A A -j A")]
    public void Rules_that_run_in_circles_end_the_branch(string rules)
    {
        var outcome = Assert.Single(Ask.Trace($"*filter\n:FORWARD ACCEPT [0:0]\n:A - [0:0]\n:B - [0:0]\n{rules}\nCOMMIT\n", Ask.Tcp("10.0.0.1", "203.0.113.7:80")).Outcomes);

        Assert.Equal(Disposition.Incomplete, outcome.Disposition);
        Assert.Contains("circles", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Sixteen_independent_conditions_do_not_make_an_endless_answer()
    {
        var rules = string.Concat(Enumerable.Range(0, 40).Select(i => $"-A FORWARD -m m{i} --x -j MARK --set-xmark 0x{i + 1:x}/0x{i + 1:x}\n"));

        var trace = Ask.Trace($"*mangle\n:FORWARD ACCEPT [0:0]\n{rules}COMMIT\n", Ask.Tcp("10.0.0.1", "203.0.113.7:80"));

        Assert.Contains(trace.Outcomes, o => o.Disposition == Disposition.Incomplete && o.Reason!.Contains("ways", StringComparison.Ordinal));
    }

    [Fact]
    public void A_draw_for_a_rule_without_effect_makes_no_second_way()
    {
        const string Rules = """
            *filter
            :FORWARD ACCEPT [0:0]
            -A FORWARD -m statistic --mode random --probability 0.5 -j LOG
            -A FORWARD -m statistic --mode random --probability 0.5
            COMMIT
            """;

        Assert.Single(Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80")).Outcomes);
    }

    [Fact]
    public void Interfaces_that_are_not_known_fork_once_and_stay_consistent()
    {
        const string Rules = """
            *filter
            :FORWARD DROP [0:0]
            -A FORWARD -i cni0 -j ACCEPT
            -A FORWARD ! -i cni+ -j ACCEPT
            COMMIT
            """;

        var trace = Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80"));

        Assert.Equal(
            """
            Forwarded 1 10.0.0.1:40000 > 203.0.113.7:80 [if arrives on cni0]
            Forwarded 1 10.0.0.1:40000 > 203.0.113.7:80 [unless arrives on cni0; unless arrives on cni+]
            Dropped 1 10.0.0.1:40000 > 203.0.113.7:80 [unless arrives on cni0; if arrives on cni+]
            """,
            trace.Show());
    }

    [Fact]
    public void The_way_back_to_the_source_tells_the_incoming_interface()
    {
        const string Rules = "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -i cni0 -o eth0 -j ACCEPT\nCOMMIT\n";

        var trace = Ask.Trace(Rules + Ask.Interfaces, Ask.Tcp("10.244.1.5", "203.0.113.7:80"));

        Assert.Equal("Forwarded 1 10.244.1.5:40000 > 203.0.113.7:80", trace.Show());
        Assert.Equal("eth0", trace.Outcomes[0].OutInterface);
        Assert.Contains(trace.Assumptions, a => a.Contains("arrives on cni0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_destination_without_route_is_unreachable()
    {
        var rules = "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n" + Ask.Interfaces.Replace("default via 192.0.2.254 dev eth0", "blackhole 198.51.100.0/24", StringComparison.Ordinal);

        Assert.Equal(TraceVerdict.Unreachable, Ask.Trace(rules, Ask.Tcp("10.244.1.5", "203.0.113.7:80") with { InInterface = "cni0" }).Verdict);
        Assert.Equal(TraceVerdict.Dropped, Ask.Trace(rules, Ask.Tcp("10.244.1.5", "198.51.100.7:80") with { InInterface = "cni0" }).Verdict);
    }

    [Fact]
    public void Loopback_addresses_from_the_network_depend_on_route_localnet()
    {
        const string Rules = "*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -m tcp -j DNAT --to-destination 127.0.0.1:80\nCOMMIT\n";

        var trace = Ask.Trace(Rules, Ask.Tcp("203.0.113.7", "192.0.2.1:80") with { InInterface = "eth0" });

        Assert.Equal(
            """
            Dropped 1 203.0.113.7:40000 > 127.0.0.1:80 [unless net.ipv4.conf.eth0.route_localnet is 1]
            Accepted 1 203.0.113.7:40000 > 127.0.0.1:80 [if net.ipv4.conf.eth0.route_localnet is 1]
            """,
            trace.Show());
    }

    [Fact]
    public void A_packet_whose_time_is_over_is_not_forwarded()
    {
        var trace = Ask.Trace("*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n", Ask.Tcp("10.0.0.1", "203.0.113.7:80") with { Ttl = 1 });

        Assert.Equal("its time to live is over", Assert.Single(trace.Outcomes).Reason);
    }

    [Fact]
    public void Missing_tables_and_addresses_are_assumptions_and_present_ones_are_not()
    {
        Assert.Equal(
            ["no addresses of the node in the snapshot: only loopback addresses are taken as its own", "no filter table in the snapshot"],
            Ask.Trace("*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n", Ask.Tcp("10.0.0.1", "203.0.113.7:80")).Assumptions);
        Assert.Empty(Ask.Trace(
            "*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n" + Ask.Interfaces,
            Ask.Tcp("10.244.1.5", "203.0.113.7:80") with { InInterface = "cni0" }).Assumptions);
    }

    [Fact]
    public void An_ipv6_packet_against_ipv4_rules_passes_with_the_assumption_said()
    {
        var trace = Ask.Trace("*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j DNAT --to-destination 10.0.0.9\nCOMMIT\n", Ask.Tcp("fd00::1", "[fd00::2]:80"));

        Assert.Equal("Forwarded 1 [fd00::1]:40000 > [fd00::2]:80", trace.Show());
        Assert.Contains("no nat table for IPv6 in the snapshot", trace.Assumptions);
    }

    [Fact]
    public void A_cut_dump_can_prove_that_a_packet_is_dropped_but_not_that_it_passes()
    {
        const string Rules = "*filter\n:FORWARD ACCEPT [0:0]\n-A FORWARD -d 203.0.113.7/32 -j DROP\n-A FORWARD -d 203.0.113.8/32 -j ACC";

        Assert.Equal(TraceVerdict.Dropped, Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.7:80")).Verdict);
        var passing = Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "203.0.113.9:80"));
        Assert.Equal(TraceVerdict.Incomplete, passing.Verdict);
        Assert.Contains("the dump is cut within table filter", passing.Outcomes[0].Reason, StringComparison.Ordinal);
    }
}
