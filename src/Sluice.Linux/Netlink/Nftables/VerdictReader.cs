using System.Buffers.Binary;

namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Reads verdicts that are values.</summary>
internal static class VerdictReader
{
    /// <summary>The verdict in an NFTA_DATA_VERDICT.</summary>
    /// <param name="attributes">What it holds.</param>
    /// <param name="chain">Where it goes on, in UTF-8; empty for other verdicts.</param>
    internal static NftVerdict Read(ReadOnlySpan<byte> attributes, out ReadOnlySpan<byte> chain)
    {
        chain = NetlinkReader.Find(attributes, Nft.NFTA_VERDICT_CHAIN).TrimEnd((byte)0);
        var code = NetlinkReader.Find(attributes, Nft.NFTA_VERDICT_CODE);
        return code.Length < sizeof(int) ? NftVerdict.Unknown : BinaryPrimitives.ReadInt32BigEndian(code) switch
        {
            Nft.NF_ACCEPT => NftVerdict.Accept,
            Nft.NF_DROP => NftVerdict.Drop,
            Nft.NFT_CONTINUE => NftVerdict.Continue,
            Nft.NFT_RETURN => NftVerdict.Return,
            Nft.NFT_JUMP => NftVerdict.Jump,
            Nft.NFT_GOTO => NftVerdict.Goto,
            _ => NftVerdict.Unknown,
        };
    }
}
