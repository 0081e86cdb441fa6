using Sluice.Net;
using Sluice.Netfilter.Conntrack;

namespace Sluice.Linux.Netlink.Conntrack;

/// <summary>A flow as the kernel describes it, with what names it to the kernel; valid as long as the message it was read of.</summary>
internal readonly ref struct ConntrackEntry
{
    /// <summary>The flow.</summary>
    internal ConntrackFlow Flow { get; private init; }

    /// <summary>The attributes of its original direction: to be sent back as they came, a zone of one direction included.</summary>
    internal ReadOnlySpan<byte> OriginalTuple { get; private init; }

    /// <summary>The kernel's number of it: a flow that is made anew with the same tuple has another.</summary>
    internal uint Id { get; private init; }

    /// <summary>The zone of both directions; null when it has none, or one of one direction.</summary>
    internal ushort? Zone { get; private init; }

    /// <summary>Reads the attributes of a message; false when they lack a direction, an address or the number.</summary>
    internal static bool TryRead(ReadOnlySpan<byte> attributes, out ConntrackEntry entry)
    {
        ConntrackTuple original = default, reply = default;
        L4Protocol protocol = default;
        var status = ConntrackStatus.None;
        ReadOnlySpan<byte> tuple = default;
        ushort? zone = null;
        uint? id = null;
        ushort originalZone = 0, replyZone = 0;
        bool hasOriginal = false, hasReply = false;
        var reader = new NetlinkReader(attributes);
        while (reader.Next())
        {
            switch (reader.Type)
            {
                case Ctnetlink.CTA_TUPLE_ORIG:
                    hasOriginal = TryReadTuple(reader.Nested, out original, out protocol, out originalZone);
                    tuple = reader.Value;
                    break;
                case Ctnetlink.CTA_TUPLE_REPLY:
                    hasReply = TryReadTuple(reader.Nested, out reply, out _, out replyZone);
                    break;
                case Ctnetlink.CTA_STATUS:
                    status = (ConntrackStatus)reader.UInt32;
                    break;
                case Ctnetlink.CTA_ZONE:
                    zone = reader.UInt16;
                    break;
                case Ctnetlink.CTA_ID:
                    id = reader.UInt32;
                    break;
                default:
                    break;
            }
        }

        entry = new ConntrackEntry
        {
            Flow = new ConntrackFlow(protocol, original, reply, status, zone ?? (originalZone != 0 ? originalZone : replyZone)),
            OriginalTuple = tuple,
            Id = id.GetValueOrDefault(),
            Zone = zone,
        };
        return hasOriginal && hasReply && id is not null;
    }

    private static bool TryReadTuple(NetlinkReader attributes, out ConntrackTuple tuple, out L4Protocol protocol, out ushort zone)
    {
        NetAddress? source = null, destination = null;
        ushort sourcePort = 0, destinationPort = 0;
        zone = 0;
        protocol = default;
        while (attributes.Next())
        {
            var inner = attributes.Nested;
            switch (attributes.Type)
            {
                case Ctnetlink.CTA_TUPLE_IP:
                    while (inner.Next())
                    {
                        switch (inner.Type)
                        {
                            case Ctnetlink.CTA_IP_V4_SRC or Ctnetlink.CTA_IP_V6_SRC: source = NetlinkAddress.Read(inner.Value); break;
                            case Ctnetlink.CTA_IP_V4_DST or Ctnetlink.CTA_IP_V6_DST: destination = NetlinkAddress.Read(inner.Value); break;
                            default: break;
                        }
                    }

                    break;
                case Ctnetlink.CTA_TUPLE_PROTO:
                    while (inner.Next())
                    {
                        switch (inner.Type)
                        {
                            case Ctnetlink.CTA_PROTO_NUM: protocol = new L4Protocol(inner.Byte); break;
                            case Ctnetlink.CTA_PROTO_SRC_PORT: sourcePort = inner.UInt16; break;
                            case Ctnetlink.CTA_PROTO_DST_PORT: destinationPort = inner.UInt16; break;
                            default: break;
                        }
                    }

                    break;
                case Ctnetlink.CTA_TUPLE_ZONE:
                    zone = attributes.UInt16;
                    break;
                default:
                    break;
            }
        }

        tuple = new ConntrackTuple(source.GetValueOrDefault(), sourcePort, destination.GetValueOrDefault(), destinationPort);
        return source is not null && destination is not null;
    }
}
