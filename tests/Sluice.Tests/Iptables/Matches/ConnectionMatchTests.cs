using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Iptables.Matches;

/// <summary>What the matches that ask connection tracking, recent lists and sets answer (xt_conntrack, xt_recent, xt_set).</summary>
public sealed class ConnectionMatchTests
{
    [Theory]
    [InlineData("-m state --state NEW", ConnectionState.New, "yes")]
    [InlineData("-m state --state RELATED,ESTABLISHED", ConnectionState.New, "no")]
    [InlineData("-m state --state RELATED,ESTABLISHED", ConnectionState.Established, "yes")]
    [InlineData("-m state ! --state INVALID", ConnectionState.Untracked, "yes")]
    [InlineData("-m state --state UNTRACKED", ConnectionState.Untracked, "yes")]
    [InlineData("-m conntrack --ctstate NEW,INVALID", ConnectionState.Invalid, "yes")]
    [InlineData("-m conntrack ! --ctstate NEW", ConnectionState.New, "no")]
    [InlineData("-m conntrack --ctstate DNAT", ConnectionState.New, "no")]
    [InlineData("-m conntrack --ctproto 6", ConnectionState.New, "yes")]
    [InlineData("-m conntrack ! --ctproto 6", ConnectionState.New, "no")]
    [InlineData("-m conntrack --ctorigdst 10.96.0.0/16 --ctorigdstport 80", ConnectionState.New, "yes")]
    [InlineData("-m conntrack --ctorigdst 10.96.0.0/16 ! --ctorigdstport 1:1000", ConnectionState.New, "no")]
    [InlineData("-m conntrack --ctreplsrc 10.96.0.1 --ctrepldst 10.0.0.9 --ctrepldstport 40000", ConnectionState.Established, "yes")]
    [InlineData("-m conntrack --ctdir REPLY", ConnectionState.Established, "no")]
    [InlineData("-m conntrack --ctdir ORIGINAL", ConnectionState.Established, "yes")]
    [InlineData("-m conntrack --ctstatus NONE", ConnectionState.New, "no")]
    [InlineData("-m conntrack --ctstatus SEEN_REPLY,ASSURED", ConnectionState.Established, "yes")]
    [InlineData("-m conntrack --ctstatus ASSURED", ConnectionState.Established, "if its connection's status is ASSURED")]
    [InlineData("-m conntrack ! --ctexpire 10:20", ConnectionState.Established, "unless its connection expires in 10:20 seconds")]
    public void Connection_tracking(string rule, ConnectionState state, string expected) =>
        Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { State = state }));

    [Theory]
    [InlineData("-m conntrack --ctproto 6", "no")]
    [InlineData("-m conntrack ! --ctproto 6", "no")]
    [InlineData("-m conntrack --ctstate INVALID --ctproto 17", "yes")]
    [InlineData("-m connmark ! --mark 0x1", "no")]
    public void Without_a_connection_only_the_state_is_known(string rule, string expected) =>
        Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp with { State = ConnectionState.Invalid }));

    [Fact]
    public void A_translated_connection_has_the_state_DNAT()
    {
        Assert.Equal("yes", MatchAnswers.Ask("-m conntrack --ctstate DNAT", MatchAnswers.Tcp, p => p.IsDnat = true));
        Assert.Equal("no", MatchAnswers.Ask("-m conntrack ! --ctstate SNAT,DNAT", MatchAnswers.Tcp, p => p.IsDnat = true));
    }

    [Theory]
    [InlineData("-m recent --set --name x --rsource", "yes")]
    [InlineData("-m recent ! --set --name x --rsource", "no")]
    [InlineData("-m recent --rcheck --seconds 10800 --reap --name KUBE-SEP-X --mask 255.255.255.255 --rsource", "if client 10.0.0.9 is in the recent list KUBE-SEP-X, seen within 10800 s")]
    [InlineData("-m recent ! --update --seconds 60 --hitcount 4 --rttl --name x --mask 255.255.0.0 --rdest", "unless destination 10.96.0.0 is in the recent list x, seen within 60 s, at least 4 times, with the same TTL")]
    [InlineData("-m recent --remove --name x --rsource", "if client 10.0.0.9 is in the recent list x")]
    public void Recent_lists(string rule, string expected) => Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp));

    [Theory]
    [InlineData("-m set --match-set cali40masq-ipam-pools src", "if the set cali40masq-ipam-pools contains 10.0.0.9 (src)")]
    [InlineData("-m set ! --match-set a dst", "unless the set a contains 10.96.0.1 (dst)")]
    [InlineData("-m set --match-set KUBE-CLUSTER-IP dst,dst", "if the set KUBE-CLUSTER-IP contains 10.96.0.1:80 (dst,dst)")]
    [InlineData("-m set --match-set KUBE-LOOP-BACK dst,dst,src", "if the set KUBE-LOOP-BACK contains 10.96.0.1:80, 10.0.0.9 (dst,dst,src)")]
    [InlineData("-m set --match-set a src,dst --packets-gt 3", "if the set a contains 10.0.0.9:40000, 10.96.0.1:80 (src,dst) with packets > 3")]
    public void Sets(string rule, string expected) => Assert.Equal(expected, MatchAnswers.Ask(rule, MatchAnswers.Tcp));

    [Fact]
    public void A_set_asked_again_after_the_port_was_rewritten_is_another_question() =>
        Assert.Equal("if the set a contains 10.96.0.1:8080 (dst)", MatchAnswers.Ask("-m set --match-set a dst", MatchAnswers.Tcp, p => p.DestinationPort = 8080));
}
