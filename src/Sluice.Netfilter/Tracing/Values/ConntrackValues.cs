using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>What connection tracking knows of a packet (net/netfilter/nft_ct.c).</summary>
internal static class ConntrackValues
{
    // NF_CT_STATE_BIT and IPS_* (linux/netfilter/nf_conntrack_common.h).
    private const uint StateUntracked = 64;
    private const uint StatusSeenReply = 2;
    private const uint StatusConfirmed = 8;
    private const uint StatusSourceNat = 0x10;
    private const uint StatusDestinationNat = 0x20;
    private const uint StatusChosen = 0x180;

    public static NftReading Read(NftExpression.Conntrack ct, TracedPacket packet)
    {
        if (ct.Key == "state")
        {
            return Number(State(packet.State), ct.Type);
        }

        if (!packet.HasConnection)
        {
            return NftReading.Missing.Instance;
        }

        return ct.Key switch
        {
            "direction" => Number(packet.IsReply ? 1UL : 0, ct.Type),
            "status" => Status(packet, ct.Type),
            "mark" when packet.ConnectionMark is { } mark => Number(mark, ct.Type),
            "mark" => NftReading.Open("its connection mark", ct.Type),
            "protocol" => Number(packet.Protocol.Number, ct.Type),
            "l3proto" => Number(packet.Family == IPFamily.IPv4 ? 2UL : 10UL, ct.Type),
            "saddr" or "ip saddr" or "ip6 saddr" => Address(ct, packet, isSource: true),
            "daddr" or "ip daddr" or "ip6 daddr" => Address(ct, packet, isSource: false),
            "proto-src" => Port(ct, packet, isSource: true),
            "proto-dst" => Port(ct, packet, isSource: false),
            _ => NftReading.Open(NftPhrases.Of(ct), ct.Type),
        };
    }

    private static ulong State(ConnectionState state) =>
        ((ulong)state & 15) | (state.HasFlag(ConnectionState.Untracked) ? StateUntracked : 0UL);

    // What a first packet's connection cannot have yet is known; of an older one only what each has.
    private static NftReading Status(TracedPacket packet, NftType type)
    {
        var isEstablished = packet.State == ConnectionState.Established;
        var known = StatusSourceNat | StatusDestinationNat |
            (isEstablished ? StatusSeenReply | StatusConfirmed : packet.State == ConnectionState.New ? ~(StatusConfirmed | StatusChosen) : 0);
        var value = (packet.IsSnat ? StatusSourceNat : 0) | (packet.IsDnat ? StatusDestinationNat : 0) |
            (isEstablished ? StatusSeenReply | StatusConfirmed : 0);
        return new NftReading.Bits(NftValue.Of(value, type.Bits), NftValue.Of(~known, type.Bits), "its connection's status", IsStable: true);
    }

    private static NftReading Address(NftExpression.Conntrack ct, TracedPacket packet, bool isSource)
    {
        var address = (ct.Direction == NftDirection.Reply, isSource) switch
        {
            (false, true) => packet.Tuple.Source,
            (false, false) => packet.Tuple.Destination,
            (true, true) => packet.ReplySource,
            (true, false) => packet.ReplyDestination,
        };
        var isUnknown = ct.Direction == NftDirection.Reply && (isSource ? packet.IsDestinationUnknown : packet.IsSourceUnknown);
        return isUnknown ? NftReading.Open(NftPhrases.Of(ct), ct.Type)
            : ct.Type.Bytes != address.Width / 8 ? NftReading.Missing.Instance
            : NftReading.Of(NftValue.Of(address));
    }

    private static NftReading Port(NftExpression.Conntrack ct, TracedPacket packet, bool isSource)
    {
        var port = (ct.Direction == NftDirection.Reply, isSource) switch
        {
            (false, true) => packet.Tuple.SourcePort,
            (false, false) => packet.Tuple.DestinationPort,
            (true, true) => packet.ReplySourcePort,
            (true, false) => packet.ReplyDestinationPort,
        };

        // Where a protocol has no ports, connection tracking keeps its own numbers there: an echo's id, a type and code.
        return port is { } number ? Number((ulong)number, ct.Type)
            : packet.Protocol.HasPorts ? NftReading.Open(NftPhrases.Of(ct), ct.Type)
            : NftReading.Nothing.Instance;
    }

    private static NftReading Number(ulong number, NftType type) => NftReading.Of(NftValue.Of(number, type.Bits));
}
