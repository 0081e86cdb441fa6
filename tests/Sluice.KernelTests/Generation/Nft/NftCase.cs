using Sluice.Net;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>One generated question: a ruleset of nftables and packets for it.</summary>
/// <param name="Seed">Makes the same case again.</param>
/// <param name="Text">The ruleset for <c>nft -f</c>.</param>
/// <param name="Packets">Packets, each the first of a connection.</param>
internal sealed record NftCase(int Seed, string Text, IReadOnlyList<Packet> Packets);
