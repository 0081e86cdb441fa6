using Sluice.Netfilter.Rules;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Writes verdicts as values (NFTA_DATA_VERDICT).</summary>
internal static class VerdictWriter
{
    /// <summary>Writes a verdict of the model.</summary>
    /// <exception cref="NftNotSupportedException">The verdict is none that a value can be.</exception>
    internal static void Write(NetlinkWriter writer, int type, Verdict verdict)
    {
        var (code, chain) = verdict switch
        {
            Verdict.Accept => (Nft.NF_ACCEPT, null),
            Verdict.Drop => (Nft.NF_DROP, null),
            Verdict.Return => (Nft.NFT_RETURN, null),
            Verdict.Continue => (Nft.NFT_CONTINUE, null),
            Verdict.Jump jump => (Nft.NFT_JUMP, jump.Chain),
            Verdict.Goto go => (Nft.NFT_GOTO, go.Chain),
            _ => throw new NftNotSupportedException($"the verdict {verdict}"),
        };
        Write(writer, type, code, chain);
    }

    /// <summary>Writes a verdict.</summary>
    /// <param name="writer">Where it goes.</param>
    /// <param name="type">The attribute that holds it.</param>
    /// <param name="code">NF_* or NFT_*.</param>
    /// <param name="chain">Where it goes on; null for other verdicts.</param>
    internal static void Write(NetlinkWriter writer, int type, int code, string? chain)
    {
        var data = writer.BeginNest(type);
        var verdict = writer.BeginNest(Nft.NFTA_DATA_VERDICT);
        writer.UInt32(Nft.NFTA_VERDICT_CODE, (uint)code);
        if (chain is not null)
        {
            writer.Text(Nft.NFTA_VERDICT_CHAIN, chain);
        }

        writer.EndNest(verdict);
        writer.EndNest(data);
    }
}
