using System.Text;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>The tables of iptables and where the kernel calls their built-in chains (linux/netfilter_ipv4.h, net/ipv4/netfilter/iptable_*.c).</summary>
public static class BuiltinChains
{
    private static readonly (string Table, string Chain, ChainType Type, Hook Hook, int Priority)[] s_all =
    [
        ("raw", "PREROUTING", ChainType.Filter, Hook.Prerouting, -300),
        ("raw", "OUTPUT", ChainType.Filter, Hook.Output, -300),
        ("mangle", "PREROUTING", ChainType.Filter, Hook.Prerouting, -150),
        ("mangle", "INPUT", ChainType.Filter, Hook.Input, -150),
        ("mangle", "FORWARD", ChainType.Filter, Hook.Forward, -150),
        ("mangle", "OUTPUT", ChainType.Route, Hook.Output, -150),
        ("mangle", "POSTROUTING", ChainType.Filter, Hook.Postrouting, -150),
        ("nat", "PREROUTING", ChainType.Nat, Hook.Prerouting, -100),
        ("nat", "OUTPUT", ChainType.Nat, Hook.Output, -100),
        ("nat", "INPUT", ChainType.Nat, Hook.Input, 100),
        ("nat", "POSTROUTING", ChainType.Nat, Hook.Postrouting, 100),
        ("filter", "INPUT", ChainType.Filter, Hook.Input, 0),
        ("filter", "FORWARD", ChainType.Filter, Hook.Forward, 0),
        ("filter", "OUTPUT", ChainType.Filter, Hook.Output, 0),
        ("security", "INPUT", ChainType.Filter, Hook.Input, 50),
        ("security", "FORWARD", ChainType.Filter, Hook.Forward, 50),
        ("security", "OUTPUT", ChainType.Filter, Hook.Output, 50),
    ];

    private static readonly string[] s_listed = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"];

    /// <summary>The tables' names.</summary>
    public static IReadOnlyList<string> Tables { get; } = ["raw", "mangle", "nat", "filter", "security"];

    /// <summary>The names of a table's built-in chains; empty for a name that is no table.</summary>
    public static IEnumerable<string> Of(string table) => s_all.Where(c => c.Table == table).Select(c => c.Chain);

    /// <summary>Whether some table has a built-in chain of that name.</summary>
    public static bool IsBuiltin(string chain) => s_all.Any(c => c.Chain == chain);

    // iptables-nft registers security behind nat's INPUT (150), x_tables before it (NF_IP_PRI_SECURITY, 50).
    private const int NftSecurityPriority = 150;

    private const int LongestName = 11;

    /// <summary>The place of a built-in chain in a listing of its table, from 0; -1 for a user's chain.</summary>
    internal static int Rank(string chain) => Array.IndexOf(s_listed, chain);

    /// <inheritdoc cref="Rank(string)"/>
    internal static int Rank(ReadOnlySpan<byte> chain)
    {
        for (var i = 0; i < s_listed.Length; i++)
        {
            if (Ascii.Equals(chain, s_listed[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Where the kernel calls the chain of the table; null for a user's chain.</summary>
    public static BaseChain? Find(string table, string chain, TableBackend backend = TableBackend.Unknown, ChainPolicy policy = ChainPolicy.Accept)
    {
        if (chain.Length > LongestName)
        {
            return null;
        }

        foreach (var entry in s_all)
        {
            if (entry.Chain == chain && entry.Table == table)
            {
                var priority = backend == TableBackend.Nft && table == "security" ? NftSecurityPriority : entry.Priority;
                return new BaseChain(entry.Type, entry.Hook, priority, policy);
            }
        }

        return null;
    }
}
