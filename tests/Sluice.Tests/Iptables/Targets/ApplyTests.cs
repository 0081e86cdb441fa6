using Sluice.Net;
using Sluice.Netfilter;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;
using Sluice.Netfilter.Rules.Statements;
using Sluice.Netfilter.Tracing;
using Xunit;

namespace Sluice.Tests.Iptables.Targets;

/// <summary>What statements do to a packet, as net/netfilter/xt_*.c has it.</summary>
public class ApplyTests
{
    [Theory]
    // options, packet mark and connection mark before, and after
    [InlineData("-j MARK --set-xmark 0x4000/0x4000", 0x1, 0x0, 0x4001, 0x0)]
    [InlineData("-j MARK --set-xmark 0x4000/0x0", 0x4001, 0x0, 0x1, 0x0)]
    [InlineData("-j MARK --and-mark 0xf0", 0xff, 0x0, 0xf0, 0x0)]
    [InlineData("-j CONNMARK --set-xmark 0x5/0xffffffff", 0x1, 0xff, 0x1, 0x5)]
    [InlineData("-j CONNMARK --set-xmark 0xf/0xf0", 0x0, 0xf5, 0x0, 0xa)]
    [InlineData("-j CONNMARK --set-xmark 0x3/0xff --left-shift-mark 4", 0x0, 0x100, 0x0, 0x1030)]
    [InlineData("-j CONNMARK --save-mark", 0xabc, 0x0, 0xabc, 0xabc)]
    [InlineData("-j CONNMARK --save-mark --nfmask 0xf --ctmask 0xff", 0xabc, 0xf55, 0xabc, 0xf0c)]
    [InlineData("-j CONNMARK --save-mark --nfmask 0xff --ctmask 0xf", 0xabc, 0x55, 0xabc, 0xec)]
    [InlineData("-j CONNMARK --restore-mark", 0xabc, 0x7, 0x7, 0x7)]
    [InlineData("-j CONNMARK --restore-mark --nfmask 0xf0 --ctmask 0xff", 0xabc, 0x55, 0xa59, 0x55)]
    [InlineData("-j CONNMARK --restore-mark --right-shift-mark 4", 0x0, 0x50, 0x5, 0x50)]
    public void Marks_change(string save, uint mark, uint connectionMark, uint markAfter, uint connectionMarkAfter)
    {
        var packet = NewPacket(ConnectionState.New);
        (packet.Mark, packet.ConnectionMark) = (mark, connectionMark);

        Apply(save, packet);

        Assert.Equal($"0x{markAfter:x} 0x{connectionMarkAfter:x}", $"0x{packet.Mark:x} 0x{packet.ConnectionMark:x}");
    }

    [Theory]
    [InlineData(ConnectionState.Invalid)]
    [InlineData(ConnectionState.Untracked)]
    public void CONNMARK_leaves_a_packet_without_connection_alone(ConnectionState state)
    {
        var packet = NewPacket(state);
        (packet.Mark, packet.ConnectionMark) = (5, 0);

        Apply("-j CONNMARK --restore-mark", packet);

        Assert.Equal(5u, packet.Mark);
    }

    [Fact]
    public void A_mark_restored_from_an_unknown_connection_mark_is_unknown_until_it_is_set()
    {
        var packet = NewPacket(ConnectionState.Established);
        (packet.Mark, packet.ConnectionMark) = (0x100, null);

        Apply("-j CONNMARK --restore-mark --nfmask 0xff --ctmask 0xff", packet);

        Assert.Equal(MatchAnswer.Depends, Ask(packet, 0x80, 0x80).Answer);
        Assert.Equal(MatchAnswer.Yes, Ask(packet, 0x100, 0x100).Answer);
        Assert.Equal(MatchAnswer.No, Ask(packet, 0x280, 0x280).Answer);

        Apply("-j MARK --set-xmark 0x80/0x80", packet);

        Assert.Equal(MatchAnswer.Yes, Ask(packet, 0x80, 0x80).Answer);
        Assert.Equal(MatchAnswer.Depends, Ask(packet, 0x40, 0x40).Answer);
    }

    [Theory]
    [InlineData("-j TOS --set-tos 0x10/0xff", 0xfc, 0x10)]
    [InlineData("-j TOS --set-tos 0x10/0x3f", 0xff, 0xd0)]
    [InlineData("-j TOS --xor-tos 0x0f", 0xff, 0xf0)]
    [InlineData("-j TOS --set-tos 0x10/0xff", null, 0x10)]
    [InlineData("-j TOS --set-tos 0x10/0x3f", null, null)]
    [InlineData("-j DSCP --set-dscp 0x2e", 0x03, 0xbb)]
    [InlineData("-j ECN --ecn-ip-ect 1", 0xff, 0xfd)]
    [InlineData("-j ECN --ecn-tcp-remove", 0xff, 0xff)]
    public void Type_of_service_changes(string save, int? tos, int? after)
    {
        var packet = NewPacket(ConnectionState.New);
        packet.Tos = tos;

        Apply(save, packet);

        Assert.Equal(after, packet.Tos);
    }

    [Theory]
    [InlineData("-j TTL --ttl-set 64", null, 64)]
    [InlineData("-j TTL --ttl-inc 10", 250, 255)]
    [InlineData("-j TTL --ttl-dec 10", 5, 0)]
    [InlineData("-j TTL --ttl-dec 1", 64, 63)]
    [InlineData("-j TTL --ttl-dec 1", null, null)]
    [InlineData("-j HL --hl-inc 1", 1, 2)]
    public void Time_to_live_changes(string save, int? ttl, int? after)
    {
        var packet = NewPacket(ConnectionState.New);
        packet.Ttl = ttl;

        Apply(save, packet);

        Assert.Equal(after, packet.Ttl);
    }

    [Fact]
    public void CLASSIFY_sets_the_priority()
    {
        var packet = NewPacket(ConnectionState.New);
        Apply("-j CLASSIFY --set-class 0001:00ff", packet);
        Assert.Equal(0x100ffu, packet.Priority);
    }

    [Theory]
    [InlineData("-j NOTRACK", ConnectionState.Untracked)]
    [InlineData("-j CT --notrack", ConnectionState.Untracked)]
    [InlineData("-j CT --notrack --zone 5", ConnectionState.Untracked)]
    [InlineData("-j CT --zone 5", ConnectionState.New)]
    public void CT_decides_what_state_matches_see_before_conntrack(string save, ConnectionState state)
    {
        var packet = NewPacket(ConnectionState.Invalid);

        Apply(save, packet);

        Assert.Equal(state, packet.State);
        Assert.Equal(state == ConnectionState.Untracked, packet.NoTrack);
    }

    [Fact]
    public void NOTRACK_comes_too_late_after_a_template()
    {
        var packet = NewPacket(ConnectionState.Invalid);
        Apply("-j CT --zone 5", packet);
        Apply("-j NOTRACK", packet);
        Assert.False(packet.NoTrack);
    }

    [Theory]
    [InlineData("-j LOG")]
    [InlineData("-j NFLOG")]
    [InlineData("-j TRACE")]
    [InlineData("-j TEE --gateway 10.0.0.1")]
    [InlineData("-j CHECKSUM --checksum-fill")]
    [InlineData("-j TCPMSS --clamp-mss-to-pmtu")]
    [InlineData("-j AUDIT --type drop")]
    [InlineData("-j SET --add-set s src")]
    public void Observers_say_so(string save) => Assert.True(((Statement)OneRule.Saved(save).Parts[^1]).IsObserver);

    [Fact]
    public void A_mark_mapped_from_a_set_is_unknown()
    {
        var packet = NewPacket(ConnectionState.New);
        Apply("-j SET --map-set s src --map-mark", packet);
        Assert.Equal(MatchAnswer.Depends, Ask(packet, 1, 1).Answer);
        Assert.False(new UpdateSets { MapsMark = true }.IsObserver);
    }

    private static void Apply(string save, TracedPacket packet) => ((Statement)OneRule.Saved(save).Parts[^1]).ApplyTo(packet);

    private static MatchResult Ask(TracedPacket packet, uint value, uint mask) => new MarkMatch(new MaskedValue(value, mask), Inverted: false).Test(packet);

    private static TracedPacket NewPacket(ConnectionState state) =>
        new(new Packet(L4Protocol.Tcp, NetAddress.Parse("10.0.0.1"), NetAddress.Parse("10.0.0.2")), new NodeSnapshot(Ruleset.Empty)) { State = state };
}
