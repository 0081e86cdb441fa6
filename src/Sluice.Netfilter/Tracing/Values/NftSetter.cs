using Sluice.Net;
using Sluice.Netfilter.Rules.Expressions;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Rules.Statements;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Gives something of a packet a new value, as far as rules and routing look at it.</summary>
internal static class NftSetter
{
    /// <summary>Sets the value; false when the packet has no such thing, which ends the rule.</summary>
    public static bool Apply(TracedPacket packet, NftExpression target, NftReading value)
    {
        if (value is NftReading.Missing)
        {
            return false;
        }

        switch (target)
        {
            case NftExpression.Meta { Key: "mark" }:
                (packet.Mark, packet.UnknownMark) = Word(value);
                return true;
            case NftExpression.Meta { Key: "priority" } when Word(value) is (var priority, 0):
                packet.Priority = priority;
                return true;
            case NftExpression.Conntrack { Key: "mark" } when packet.HasConnection:
                packet.ConnectionMark = Word(value) is (var mark, 0) ? mark : null;
                return true;
            case NftExpression.Conntrack { Key: "zone" }:
                new SetTracking().ApplyTo(packet);
                return true;
            case NftExpression.Payload payload:
                return SetField(packet, payload.Field, value);
            default:
                return true;
        }
    }

    private static bool SetField(TracedPacket packet, PayloadField field, NftReading value)
    {
        if (HeaderBits.Read(field, packet) is NftReading.Missing)
        {
            return false;
        }

        var isIPv4 = packet.Family == IPFamily.IPv4;
        var number = value is NftReading.Bits { IsKnown: true } bits ? bits.Value : (NftValue?)null;
        switch (field.Base, field.OffsetBits)
        {
            case (PayloadBase.Network, 96 or 64) when number?.ToAddress() is { } source && source.Family == packet.Family && field.OffsetBits == (isIPv4 ? 96 : 64):
                packet.Source = source;
                break;
            case (PayloadBase.Network, 128 or 192) when number?.ToAddress() is { } destination && destination.Family == packet.Family && field.OffsetBits == (isIPv4 ? 128 : 192):
                packet.Destination = destination;
                break;
            case (PayloadBase.Network, var offset) when offset == (isIPv4 ? 64 : 56) && field.Type.Bits == 8:
                packet.Ttl = (int?)number?.ToNumber();
                break;
            case (PayloadBase.Network, _) when TosBits(field, isIPv4 ? 8 : 4) is { } shift:
                var mask = ((1 << field.Type.Bits) - 1) << shift;
                packet.Tos = number is null || (packet.Tos is null && mask != byte.MaxValue)
                    ? null
                    : ((packet.Tos ?? 0) & ~mask) | (((int)number.Value.ToNumber() << shift) & mask);
                break;
            case (PayloadBase.Transport, 0) when packet.Protocol.HasPorts && field.Type.Bits == 16:
                packet.SourcePort = (int?)number?.ToNumber();
                break;
            case (PayloadBase.Transport, 16) when packet.Protocol.HasPorts && field.Type.Bits == 16:
                packet.DestinationPort = (int?)number?.ToNumber();
                break;
            default:
                break;
        }

        return true;
    }

    // Where in the TOS octet or traffic class a field lies, counted from its lowest bit; null when it lies elsewhere.
    private static int? TosBits(PayloadField field, int start)
    {
        var shift = start + 8 - (field.OffsetBits + field.Type.Bits);
        return field.OffsetBits >= start && shift >= 0 ? shift : null;
    }

    private static (uint Value, uint Unknown) Word(NftReading value) => value switch
    {
        NftReading.Bits bits => ((uint)bits.Value.ToNumber(), (uint)(bits.Unknown?.ToNumber() ?? 0)),
        _ => (0, uint.MaxValue),
    };
}
