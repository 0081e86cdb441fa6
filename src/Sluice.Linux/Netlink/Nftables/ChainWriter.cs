using System.Diagnostics;
using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes chains without their rules (NFT_MSG_NEWCHAIN, NFT_MSG_DELCHAIN).</summary>
internal static class ChainWriter
{
    /// <summary>Writes that a chain comes.</summary>
    internal static void Write(NftBatch batch, string table, Chain chain)
    {
        var writer = batch.Writer;
        batch.BeginMessage(Nft.NFT_MSG_NEWCHAIN, NetlinkMessages.NLM_F_CREATE | NetlinkMessages.NLM_F_EXCL);
        writer.Text(Nft.NFTA_CHAIN_TABLE, table);
        writer.Text(Nft.NFTA_CHAIN_NAME, chain.Name);
        if (chain.Base is { } hooked)
        {
            writer.Text(Nft.NFTA_CHAIN_TYPE, NameOf(hooked.Type));
            writer.UInt32(Nft.NFTA_CHAIN_POLICY, hooked.Policy == ChainPolicy.Accept ? (uint)Nft.NF_ACCEPT : Nft.NF_DROP);
            var hook = writer.BeginNest(Nft.NFTA_CHAIN_HOOK);
            writer.UInt32(Nft.NFTA_HOOK_HOOKNUM, NumberOf(hooked.Hook));
            writer.UInt32(Nft.NFTA_HOOK_PRIORITY, (uint)hooked.Priority);
            writer.EndNest(hook);
        }

        writer.EndMessage();
    }

    /// <summary>Writes that a chain goes, with its rules.</summary>
    internal static void Delete(NftBatch batch, string table, string chain)
    {
        batch.BeginMessage(Nft.NFT_MSG_DELCHAIN, 0);
        batch.Writer.Text(Nft.NFTA_CHAIN_TABLE, table);
        batch.Writer.Text(Nft.NFTA_CHAIN_NAME, chain);
        batch.Writer.EndMessage();
    }

    /// <summary>Writes that all rules of a chain go.</summary>
    internal static void Empty(NftBatch batch, string table, string chain)
    {
        batch.BeginMessage(Nft.NFT_MSG_DELRULE, 0);
        batch.Writer.Text(Nft.NFTA_RULE_TABLE, table);
        batch.Writer.Text(Nft.NFTA_RULE_CHAIN, chain);
        batch.Writer.EndMessage();
    }

    private static string NameOf(ChainType type) => type switch
    {
        ChainType.Filter => "filter",
        ChainType.Nat => "nat",
        ChainType.Route => "route",
        _ => throw new UnreachableException(),
    };

    // enum nf_inet_hooks.
    private static uint NumberOf(Hook hook) => hook switch
    {
        Hook.Prerouting => 0,
        Hook.Input => 1,
        Hook.Forward => 2,
        Hook.Output => 3,
        Hook.Postrouting => 4,
        _ => throw new UnreachableException(),
    };
}
