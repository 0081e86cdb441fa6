using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables;

/// <summary>The families of tables in nft's words.</summary>
internal static class TableFamilyWords
{
    /// <summary>The word of a family.</summary>
    public static string Of(TableFamily family) => family switch
    {
        TableFamily.IPv4 => "ip",
        TableFamily.IPv6 => "ip6",
        TableFamily.Inet => "inet",
        TableFamily.Arp => "arp",
        TableFamily.Bridge => "bridge",
        _ => "netdev",
    };

    /// <summary>The family of a word; null when it is none.</summary>
    public static TableFamily? Find(ReadOnlySpan<byte> word)
    {
        foreach (var family in Enum.GetValues<TableFamily>())
        {
            if (System.Text.Ascii.Equals(word, Of(family)))
            {
                return family;
            }
        }

        return null;
    }

    /// <summary>The family of a word; null when it is none.</summary>
    public static TableFamily? Find(string word) => Find(System.Text.Encoding.UTF8.GetBytes(word));
}
