using Sluice.Net;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>What rules of one table are written with: its family's words, its sets and the chains they may call.</summary>
/// <param name="Family">The family of the packets.</param>
/// <param name="IsInet">Whether the table is for both families.</param>
/// <param name="Chains">The chains behind the one that is written, which it may call.</param>
internal sealed record NftNames(IPFamily Family, bool IsInet, IReadOnlyList<string> Chains)
{
    /// <summary><c>ip</c> or <c>ip6</c>.</summary>
    public string Ip => Family == IPFamily.IPv4 ? "ip" : "ip6";

    /// <summary>The type of addresses.</summary>
    public string AddressType => Family == IPFamily.IPv4 ? "ipv4_addr" : "ipv6_addr";
}
