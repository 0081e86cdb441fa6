namespace Sluice.Netfilter;

/// <summary>Recognises an nftables ruleset, which is not read yet, so that people are told.</summary>
internal static class NftText
{
    /// <summary>Whether a line begins an nftables table (<c>table ip nat {</c>) or <c>nft -j</c>'s document.</summary>
    public static bool Begins(ReadOnlySpan<byte> line)
    {
        if (line[0] is (byte)'{' or (byte)'"')
        {
            return line.IndexOf("\"nftables\""u8) is >= 0 and < 16;
        }

        if (!line.StartsWith("table "u8) || !line.EndsWith("{"u8))
        {
            return false;
        }

        var family = line["table "u8.Length..];
        return family.StartsWith("ip "u8) || family.StartsWith("ip6 "u8) || family.StartsWith("inet "u8) ||
            family.StartsWith("arp "u8) || family.StartsWith("bridge "u8) || family.StartsWith("netdev "u8);
    }
}
