namespace Sluice.Netfilter.Rules.Sets;

/// <summary>A data type of nftables: what a value means and how wide it is (nft's src/datatype.c; <c>nft describe</c>).</summary>
/// <param name="Name">As <c>nft</c> writes it in <c>type</c>, such as <c>ipv4_addr</c>.</param>
/// <param name="Bits">How wide a value is; 0 for a verdict.</param>
/// <param name="KernelId">The number user space gives the type (enum datatypes); the kernel only stores it.</param>
/// <param name="IsHostEndian">Whether the kernel holds it in the machine's byte order: marks, numbers, times.</param>
public sealed record NftType(string Name, int Bits, int KernelId, bool IsHostEndian = false)
{
    /// <summary>A verdict.</summary>
    public static readonly NftType Verdict = new("verdict", 0, 1);

    /// <summary>An IPv4 address.</summary>
    public static readonly NftType IPv4Address = new("ipv4_addr", 32, 7);

    /// <summary>An IPv6 address.</summary>
    public static readonly NftType IPv6Address = new("ipv6_addr", 128, 8);

    /// <summary>A protocol above IP.</summary>
    public static readonly NftType InetProtocol = new("inet_proto", 8, 12);

    /// <summary>A port.</summary>
    public static readonly NftType InetService = new("inet_service", 16, 13);

    /// <summary>A packet or connection mark; also the type that shows a drawn number in the key of a map.</summary>
    public static readonly NftType Mark = new("mark", 32, 19, IsHostEndian: true);

    /// <summary>How many bytes a value takes alone.</summary>
    public int Bytes => (Bits + 7) / 8;
}

/// <summary>The type of a set's keys or a map's data: one type, or several concatenated.</summary>
/// <param name="Parts">The types in order; at least one.</param>
public sealed record NftKeyType(Net.EquatableArray<NftType> Parts)
{
    /// <summary>Whether it is a verdict.</summary>
    public bool IsVerdict => Parts.Count == 1 && Parts[0] == NftType.Verdict;

    /// <summary>How many bytes a value takes: a single one its own, parts of a concatenation each padded to four.</summary>
    public int Bytes
    {
        get
        {
            if (Parts.Count == 1)
            {
                return Parts[0].Bytes;
            }

            var bytes = 0;
            foreach (var part in Parts)
            {
                bytes += NftValue.Padded(part.Bytes);
            }

            return bytes;
        }
    }

    /// <summary>As <c>nft</c> writes it: <c>ipv4_addr . inet_proto . inet_service</c>.</summary>
    public override string ToString() => string.Join(" . ", Parts.Select(p => p.Name));
}
