using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes tables without what is in them (NFT_MSG_NEWTABLE, NFT_MSG_DELTABLE).</summary>
internal static class TableWriter
{
    /// <summary>Writes that a table comes, or is adopted when it is there.</summary>
    /// <param name="batch">Where it goes.</param>
    /// <param name="name">The table's name.</param>
    /// <param name="flags">NFT_TABLE_F_*.</param>
    /// <param name="isNew">Whether there may be none of that name.</param>
    /// <param name="comment">A comment; null without one, or when it is there.</param>
    internal static void Write(NftBatch batch, string name, uint flags, bool isNew, string? comment)
    {
        var writer = batch.Writer;
        batch.BeginMessage(Nft.NFT_MSG_NEWTABLE, isNew ? (ushort)(NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL) : (ushort)0);
        writer.Text(Nft.NFTA_TABLE_NAME, name);
        writer.UInt32(Nft.NFTA_TABLE_FLAGS, flags);
        if (comment is not null)
        {
            UserData.WriteComment(writer.Attribute(Nft.NFTA_TABLE_USERDATA, UserData.SizeOfComment(comment)), Nft.CommentUserData, comment);
        }

        writer.EndMessage();
    }

    /// <summary>Writes that a table goes, with all that is in it.</summary>
    internal static void Delete(NftBatch batch, string name)
    {
        batch.BeginMessage(Nft.NFT_MSG_DELTABLE, 0);
        batch.Writer.Text(Nft.NFTA_TABLE_NAME, name);
        batch.Writer.EndMessage();
    }

    /// <summary>The flags of a table.</summary>
    internal static uint Flags(Table table, NftOwnership ownership) =>
        (table.IsDormant ? Nft.NFT_TABLE_F_DORMANT : 0) |
        (ownership == NftOwnership.Owner ? Nft.NFT_TABLE_F_OWNER | Nft.NFT_TABLE_F_PERSIST : 0);
}
