using System.Runtime.InteropServices;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables.Live;

/// <summary>Reads declarations of sets and maps (NFT_MSG_NEWSET).</summary>
internal static class SetDecoder
{
    private const int TypeBits = 6;
    private const uint HostEndian = 1;

    private static readonly string[] s_objects = ["", "counter", "quota", "ct helper", "limit", "", "", "ct timeout", "secmark", "ct expectation", "synproxy"];

    /// <summary>Reads a declaration; the set has no elements.</summary>
    /// <param name="data">NFTA_SET_*.</param>
    /// <param name="isAnonymous">Whether it is a rule's own.</param>
    internal static NftSet Read(Attributes data, out bool isAnonymous)
    {
        var flags = data.UInt32(Nft.NFTA_SET_FLAGS);
        isAnonymous = (flags & Nft.NFT_SET_ANONYMOUS) != 0;
        var remarks = data.Bytes(Nft.NFTA_SET_USERDATA);
        var key = TypeOf(data.UInt32(Nft.NFTA_SET_KEY_TYPE), data.UInt32(Nft.NFTA_SET_KEY_LEN), UserData.Find(remarks, Nft.SetKeyByteOrderUserData));
        NftKeyType? value = null;
        if ((flags & Nft.NFT_SET_OBJECT) != 0)
        {
            var kind = data.UInt32(Nft.NFTA_SET_OBJ_TYPE);
            value = new NftKeyType([NftTypes.ObjectName(kind < s_objects.Length ? s_objects[kind] : "")]);
        }
        else if ((flags & Nft.NFT_SET_MAP) != 0)
        {
            var type = data.UInt32(Nft.NFTA_SET_DATA_TYPE);
            value = type == Nft.NFT_DATA_VERDICT
                ? new NftKeyType([NftType.Verdict])
                : TypeOf(type, data.UInt32(Nft.NFTA_SET_DATA_LEN), UserData.Find(remarks, Nft.SetDataByteOrderUserData));
        }

        var size = data.Nested(Nft.NFTA_SET_DESC).UInt32(Nft.NFTA_SET_DESC_SIZE);
        var set = new NftSet(data.Text(Nft.NFTA_SET_NAME), key, [])
        {
            Data = value,
            Flags = Flags(flags),
            Timeout = data.UInt64(Nft.NFTA_SET_TIMEOUT) is > 0 and var timeout ? TimeSpan.FromMilliseconds(timeout) : null,
            GcInterval = data.UInt32(Nft.NFTA_SET_GC_INTERVAL) is > 0 and var interval ? TimeSpan.FromMilliseconds(interval) : null,
            Size = size > 0 ? size : null,
            AutoMerge = UserData.Find(remarks, Nft.SetMergeUserData) is [1, ..],
            Comment = UserData.Comment(remarks, Nft.SetCommentUserData) is { IsEmpty: false } comment ? Encoding.UTF8.GetString(comment) : null,
        };
        set = WithStatement(set, data.Bytes(Nft.NFTA_SET_EXPR));
        var list = new NetlinkReader(data.Bytes(Nft.NFTA_SET_EXPRESSIONS));
        while (list.Next())
        {
            set = WithStatement(set, list.Value);
        }

        return set;
    }

    /// <summary>An element as a value of the model.</summary>
    internal static SetElement Element(NftSet set, in NftElement element)
    {
        var first = NftValue.Of(element.Key);
        return new SetElement(first, element.Last.SequenceEqual(element.Key) ? first : NftValue.Of(element.Last))
        {
            Data = !element.Object.IsEmpty ? NftValue.Of(element.Object) : element.Data.IsEmpty ? null : NftValue.Of(element.Data),
            Verdict = element.Verdict == NftVerdict.None ? null
                : StatementDecoder.VerdictOf(element.Verdict, Encoding.UTF8.GetString(element.Chain)) ?? new Verdict.Unknown("verdict", ""),
            Comment = element.Comment.IsEmpty ? null : Encoding.UTF8.GetString(element.Comment),
            IsCatchAll = element.IsCatchAll,
            Timeout = element.Timeout == set.Timeout ? null : element.Timeout,
            Expires = element.Expires,
            Counters = element.Counters is { } counters ? new RuleCounters(counters.Packets, counters.Bytes) : null,
        };
    }

    private static NftSet WithStatement(NftSet set, ReadOnlySpan<byte> expression)
    {
        if (expression.IsEmpty)
        {
            return set;
        }

        var attributes = new Attributes(expression);
        var name = attributes.Text(Nft.NFTA_EXPR_NAME);
        return name == "counter" ? set with { HasCounters = true }
            : StatementDecoder.ConditionOf(name, attributes.Nested(Nft.NFTA_EXPR_DATA)) is { } condition ? set with { ElementStatement = condition.Text }
            : set with { ElementStatement = name };
    }

    private static NftSetFlags Flags(uint flags) =>
        ((flags & Nft.NFT_SET_CONSTANT) != 0 ? NftSetFlags.Constant : 0) |
        ((flags & Nft.NFT_SET_INTERVAL) != 0 ? NftSetFlags.Interval : 0) |
        ((flags & Nft.NFT_SET_TIMEOUT) != 0 ? NftSetFlags.Timeout : 0) |
        ((flags & Nft.NFT_SET_EVAL) != 0 ? NftSetFlags.Dynamic : 0);

    // A number of six bits for each part, the last in the lowest bits. What is only a number says its width elsewhere; one of 32 bits
    // is called a mark, as in what a listing says.
    private static NftKeyType TypeOf(uint number, uint bytes, ReadOnlySpan<byte> byteOrder)
    {
        var parts = new List<NftType>();
        for (; number != 0; number >>= TypeBits)
        {
            var id = (int)(number & ((1 << TypeBits) - 1));
            parts.Insert(0, id == NftTypes.IntegerId ? NftType.Mark : NftTypes.Find(id) ?? NftType.Mark);
        }

        if (parts.Count > 1 || (parts.Count == 1 && parts[0].Bytes == bytes))
        {
            return new NftKeyType(parts.ToEquatableArray());
        }

        var isHost = byteOrder.Length >= sizeof(uint) && MemoryMarshal.Read<uint>(byteOrder) == HostEndian;
        return new NftKeyType([NftTypes.Integer((int)bytes * 8, isHost)]);
    }
}
