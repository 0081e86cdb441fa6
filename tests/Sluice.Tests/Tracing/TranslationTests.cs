using Sluice.Net;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Tracing;

/// <summary>Address translation and what follows from it: replies, later packets, masquerade.</summary>
public sealed class TranslationTests
{
    private const string Service = """
        *nat
        :PREROUTING ACCEPT [0:0]
        :OUTPUT ACCEPT [0:0]
        :POSTROUTING ACCEPT [0:0]
        -A PREROUTING -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.5:8080
        -A OUTPUT -d 10.96.0.1/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.5:8080
        -A POSTROUTING ! -s 10.244.0.0/16 -j SNAT --to-source 192.0.2.1
        COMMIT

        """;

    [Fact]
    public void The_first_match_in_nat_ends_the_hook()
    {
        const string Rules = """
            *nat
            :PREROUTING ACCEPT [0:0]
            -A PREROUTING -p tcp -m tcp -j DNAT --to-destination 10.244.1.5:8080
            -A PREROUTING -p tcp -m tcp -j DNAT --to-destination 10.244.1.6:8080
            COMMIT
            """;

        Assert.Equal("Forwarded 1 10.0.0.1:40000 > 10.244.1.5:8080", Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "10.96.0.1:80")).Show());
    }

    [Theory]
    [InlineData(ConnectionState.Invalid)]
    [InlineData(ConnectionState.Untracked)]
    public void Only_a_connections_first_packet_is_translated_by_rules(ConnectionState state)
    {
        var trace = Ask.Trace(Service, Ask.Tcp("203.0.113.7", "10.96.0.1:80") with { State = state });

        Assert.Equal("Forwarded 1 203.0.113.7:40000 > 10.96.0.1:80", trace.Show());
        Assert.DoesNotContain(trace.Outcomes[0].Path, s => s.Table.Name == "nat");
    }

    [Fact]
    public void A_later_packet_goes_where_the_first_one_went()
    {
        var trace = Ask.Trace(Service + Ask.Interfaces, Ask.Tcp("203.0.113.7", "10.96.0.1:80") with { State = ConnectionState.Established });

        Assert.Equal("Forwarded 1 192.0.2.1:40000 > 10.244.1.5:8080 masquerade", trace.Show());
        Assert.DoesNotContain(trace.Outcomes[0].Path, s => s.Table.Name == "nat");
    }

    [Fact]
    public void A_reply_gets_both_translations_undone()
    {
        var trace = new Tracer(Ask.Node(Service + Ask.Interfaces)).TraceReply(Ask.Tcp("203.0.113.7", "10.96.0.1:80"));

        Assert.Equal("Forwarded 1 10.96.0.1:80 > 203.0.113.7:40000", trace.Show());
    }

    [Fact]
    public void A_later_packet_of_a_connection_that_cannot_begin_is_not_delivered()
    {
        const string Rules = "*filter\n:FORWARD DROP [0:0]\nCOMMIT\n";

        var outcome = Assert.Single(Ask.Trace(Rules, Ask.Tcp("203.0.113.7", "10.96.0.1:80") with { State = ConnectionState.Established }).Outcomes);

        Assert.Equal(Disposition.Dropped, outcome.Disposition);
        Assert.StartsWith("the connection's first packet is not delivered", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void The_masquerade_mark_is_interpreted_when_the_chain_that_would_act_on_it_is_missing()
    {
        const string Rules = """
            *nat
            :PREROUTING ACCEPT [0:0]
            :KUBE-MARK-MASQ - [0:0]
            -A PREROUTING -j KUBE-MARK-MASQ
            -A PREROUTING -p tcp -m tcp -j DNAT --to-destination 10.244.1.5:8080
            -A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000
            COMMIT
            """;

        var trace = Ask.Trace(Rules, Ask.Tcp("10.0.0.1", "10.96.0.1:80"));

        Assert.Equal("Forwarded 1 ? > 10.244.1.5:8080 masquerade", trace.Show());
        Assert.Contains(trace.Assumptions, a => a.Contains("0x4000", StringComparison.Ordinal));
    }

    [Fact]
    public void A_local_packet_sent_elsewhere_in_output_is_routed_again()
    {
        var trace = Ask.Trace(Service + Ask.Interfaces, Ask.Tcp("192.0.2.1", "10.96.0.1:80").Local());

        Assert.Equal("Forwarded 1 192.0.2.1:40000 > 10.244.1.5:8080", trace.Show());
        Assert.Equal("cni0", trace.Outcomes[0].OutInterface);
    }

    [Theory]
    [InlineData("--to-source 198.51.100.1-198.51.100.9", "203.0.113.7:40000", false)]
    [InlineData("--to-source 203.0.113.1-203.0.113.9", "203.0.113.7:40000", true)]
    public void A_source_in_the_range_already_is_kept(string range, string source, bool isKept)
    {
        var rules = $"*nat\n:POSTROUTING ACCEPT [0:0]\n-A POSTROUTING -p tcp -j SNAT {range}\nCOMMIT\n";

        var outcome = Assert.Single(Ask.Trace(rules, Ask.Tcp("203.0.113.7", "10.96.0.1:80")).Outcomes);

        Assert.Equal(isKept, outcome.Source!.Value.WithPort(outcome.SourcePort) == source);
    }

    [Theory]
    [InlineData(":80-90", 85, 85)]
    [InlineData(":80-90", 443, 80)]
    [InlineData(":8080", 443, 8080)]
    public void A_destination_port_in_the_range_is_kept_and_another_becomes_the_first(string range, int port, int expected)
    {
        var rules = $"*nat\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -p tcp -j DNAT --to-destination 10.244.1.5{range}\nCOMMIT\n";

        Assert.Equal(expected, Assert.Single(Ask.Trace(rules, Ask.Tcp("203.0.113.7", $"10.96.0.1:{port}")).Outcomes).DestinationPort);
    }
}
