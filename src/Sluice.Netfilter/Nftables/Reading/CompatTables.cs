using Sluice.Netfilter.Iptables;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Tells the tables that iptables-nft keeps from those of others.</summary>
internal static class CompatTables
{
    /// <summary>
    /// Whether a table is one of iptables: its name is, and it has base chains, each just where and under the name that iptables
    /// makes it.
    /// </summary>
    public static bool Is(TableFamily family, string table, IReadOnlyList<ChainDraft> chains)
    {
        if (family is not (TableFamily.IPv4 or TableFamily.IPv6) || !BuiltinChains.Tables.Contains(table, StringComparer.Ordinal))
        {
            return false;
        }

        var hooked = chains.Where(c => c.Base is not null).ToList();
        return hooked.Count > 0 && hooked.TrueForAll(c => BuiltinChains.Find(table, c.Name, TableBackend.Nft, c.Base!.Policy) == c.Base);
    }
}
