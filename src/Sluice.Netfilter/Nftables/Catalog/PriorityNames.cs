using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables.Catalog;

/// <summary>The names of base chains' priorities (nft's src/rule.c, std_prios; linux/netfilter_ipv4.h, linux/netfilter_bridge.h).</summary>
public static class PriorityNames
{
    private static readonly (string Name, int Priority)[] s_ip =
        [("raw", -300), ("mangle", -150), ("dstnat", -100), ("filter", 0), ("security", 50), ("srcnat", 100)];

    private static readonly (string Name, int Priority)[] s_bridge = [("dstnat", -300), ("filter", -200), ("out", 100), ("srcnat", 300)];

    /// <summary>The priority of that name in tables of a family; null when it has none.</summary>
    public static int? Find(TableFamily family, string name)
    {
        foreach (var entry in family == TableFamily.Bridge ? s_bridge : s_ip)
        {
            if (entry.Name == name)
            {
                return entry.Priority;
            }
        }

        return null;
    }
}
