using System.Runtime.InteropServices;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes declarations of sets and maps (NFT_MSG_NEWSET).</summary>
internal static class SetWriter
{
    private const uint HostEndian = 1;
    private const uint BigEndian = 2;

    // A key type is a number of six bits per part (nft's TYPE_BITS).
    private const int TypeBits = 6;

    /// <summary>Whether the kernel holds each range as two elements, the second behind its last key.</summary>
    internal static bool HasEndElements(NftSet set) => set.Key.Parts.Count == 1 && HasRanges(set);

    /// <summary>Whether elements may be ranges: a rule's own set says so by having some.</summary>
    internal static bool HasRanges(NftSet set)
    {
        if ((set.Flags & NftSetFlags.Interval) != 0)
        {
            return true;
        }

        if (set.Name.Length == 0)
        {
            foreach (var element in set.Elements)
            {
                if (!element.IsSingle)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>The name the kernel gets; it puts a number in the place of <c>%d</c>.</summary>
    internal static string KernelName(NftSet set, uint? id) => id is null ? set.Name : set.Data is null ? "__set%d" : "__map%d";

    /// <summary>The number of a type, for user space only.</summary>
    internal static uint NumberOf(NftKeyType type)
    {
        uint number = 0;
        foreach (var part in type.Parts.Span)
        {
            number = (number << TypeBits) | (uint)part.KernelId;
        }

        return number;
    }

    /// <summary>Writes the declaration.</summary>
    /// <param name="batch">Where it goes.</param>
    /// <param name="table">The table.</param>
    /// <param name="set">The set.</param>
    /// <param name="id">The number of a set without a name within the batch; null for one with a name.</param>
    internal static void Write(NftBatch batch, string table, NftSet set, uint? id)
    {
        var writer = batch.Writer;
        batch.BeginMessage(Nft.NFT_MSG_NEWSET, NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL);
        writer.Text(Nft.NFTA_SET_TABLE, table);
        writer.Text(Nft.NFTA_SET_NAME, KernelName(set, id));
        writer.UInt32(Nft.NFTA_SET_FLAGS, Flags(set, id));
        writer.UInt32(Nft.NFTA_SET_KEY_TYPE, NumberOf(set.Key));
        writer.UInt32(Nft.NFTA_SET_KEY_LEN, (uint)set.Key.Bytes);
        if (set.Data is { } data)
        {
            writer.UInt32(Nft.NFTA_SET_DATA_TYPE, data.IsVerdict ? Nft.NFT_DATA_VERDICT : NumberOf(data));
            writer.UInt32(Nft.NFTA_SET_DATA_LEN, (uint)data.Bytes);
        }

        // The kernel wants the number of every set, and looks only at those it is referred to by.
        writer.UInt32(Nft.NFTA_SET_ID, id ?? 0);
        Description(writer, set, id);
        if (set.Timeout is { } timeout)
        {
            writer.UInt64(Nft.NFTA_SET_TIMEOUT, (ulong)timeout.TotalMilliseconds);
        }

        if (set.GcInterval is { } interval)
        {
            writer.UInt32(Nft.NFTA_SET_GC_INTERVAL, (uint)interval.TotalMilliseconds);
        }

        Remarks(writer, set);
        if (set.HasCounters)
        {
            var expression = writer.BeginNest(Nft.NFTA_SET_EXPR);
            writer.Text(Nft.NFTA_EXPR_NAME, "counter");
            writer.EndNest(writer.BeginNest(Nft.NFTA_EXPR_DATA));
            writer.EndNest(expression);
        }

        writer.EndMessage();
    }

    private static uint Flags(NftSet set, uint? id)
    {
        var flags = id is null ? 0 : Nft.NFT_SET_ANONYMOUS | Nft.NFT_SET_CONSTANT;
        flags |= set.Data is null ? 0 : Nft.NFT_SET_MAP;
        flags |= (set.Flags & NftSetFlags.Constant) != 0 ? Nft.NFT_SET_CONSTANT : 0;
        flags |= (set.Flags & NftSetFlags.Timeout) != 0 ? Nft.NFT_SET_TIMEOUT : 0;
        flags |= (set.Flags & NftSetFlags.Dynamic) != 0 ? Nft.NFT_SET_EVAL : 0;
        if (HasRanges(set))
        {
            flags |= Nft.NFT_SET_INTERVAL | (set.Key.Parts.Count > 1 ? Nft.NFT_SET_CONCAT : 0);
        }

        return flags;
    }

    // How many elements there may be, and for ranges of concatenations how wide each part is.
    private static void Description(NetlinkWriter writer, NftSet set, uint? id)
    {
        var size = set.Size ?? (id is not null && !HasEndElements(set) ? (uint?)set.Elements.Count : null);
        var isConcatenation = set.Key.Parts.Count > 1 && HasRanges(set);
        if (size is null && !isConcatenation)
        {
            return;
        }

        var description = writer.BeginNest(Nft.NFTA_SET_DESC);
        if (size is { } number)
        {
            writer.UInt32(Nft.NFTA_SET_DESC_SIZE, number);
        }

        if (isConcatenation)
        {
            var parts = writer.BeginNest(Nft.NFTA_SET_DESC_CONCAT);
            foreach (var part in set.Key.Parts)
            {
                var field = writer.BeginNest(Nft.NFTA_LIST_ELEM);
                writer.UInt32(Nft.NFTA_SET_FIELD_LEN, (uint)part.Bytes);
                writer.EndNest(field);
            }

            writer.EndNest(parts);
        }

        writer.EndNest(description);
    }

    // What nft needs to list the set as it was meant.
    private static void Remarks(NetlinkWriter writer, NftSet set)
    {
        var comment = set.Comment is null ? 0 : UserData.SizeOfComment(set.Comment);
        var room = writer.Attribute(Nft.NFTA_SET_USERDATA, 6 + (set.Data is null ? 0 : 6) + (set.AutoMerge ? 6 : 0) + comment);
        Remark(ref room, Nft.SetKeyByteOrderUserData, ByteOrder(set.Key));
        if (set.Data is { } data)
        {
            Remark(ref room, Nft.SetDataByteOrderUserData, ByteOrder(data));
        }

        if (set.AutoMerge)
        {
            Remark(ref room, Nft.SetMergeUserData, 1);
        }

        if (set.Comment is not null)
        {
            UserData.WriteComment(room, Nft.SetCommentUserData, set.Comment);
        }
    }

    private static uint ByteOrder(NftKeyType type) =>
        type.Parts.Count > 1 || type.IsVerdict ? 0 : type.Parts[0].IsHostEndian ? HostEndian : BigEndian;

    private static void Remark(ref Span<byte> room, byte type, uint value)
    {
        room[0] = type;
        room[1] = sizeof(uint);
        MemoryMarshal.Write(room[2..], value);
        room = room[6..];
    }
}
