namespace Sluice.Linux.Netlink.Nftables;

/// <summary>Who may change a table.</summary>
public enum NftOwnership
{
    /// <summary>Whoever may change rules at all.</summary>
    Anybody,

    /// <summary>
    /// Its maker only, as long as its connection is open: <c>nft flush ruleset</c> of others passes it by. When the connection closes the table
    /// stays, and the next who asks adopts it (NFT_TABLE_F_OWNER with NFT_TABLE_F_PERSIST, Linux 6.9). Ownership without
    /// persistence is never asked for: the rules would vanish with the process.
    /// </summary>
    Owner,
}
