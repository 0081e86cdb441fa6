using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables;

/// <summary>Tells the table and the family of rules that were given without either, by what they hold.</summary>
internal static class TableInference
{
    // Chains that only one table has. kube-proxy's KUBE-SERVICES and KUBE-NODEPORTS, and DOCKER, are in two.
    private static readonly (string Prefix, string Table)[] s_owners =
    [
        ("KUBE-SVC-", "nat"), ("KUBE-SEP-", "nat"), ("KUBE-XLB-", "nat"), ("KUBE-EXT-", "nat"), ("KUBE-SVL-", "nat"), ("KUBE-FW-", "nat"),
        ("KUBE-MARK-", "nat"), ("KUBE-POSTROUTING", "nat"), ("KUBE-PORTALS-", "nat"), ("FLANNEL-POSTRTG", "nat"), ("CNI-", "nat"),
        ("KUBE-FORWARD", "filter"), ("KUBE-FIREWALL", "filter"), ("KUBE-EXTERNAL-SERVICES", "filter"), ("KUBE-PROXY-FIREWALL", "filter"),
        ("KUBE-NWPLCY-", "filter"), ("KUBE-POD-FW-", "filter"), ("KUBE-ROUTER-", "filter"), ("FLANNEL-FWD", "filter"), ("DOCKER-", "filter"),
        ("ISTIO_", "nat"), ("ufw", "filter"), ("cali-fip-", "nat"), ("cali-nat-", "nat"), ("cali-fw-", "filter"), ("cali-tw-", "filter"),
        ("cali-FORWARD", "filter"), ("cali-INPUT", "filter"),
    ];

    /// <summary>The table's name: a target or chain that only one table can have, else the smallest table that has its built-in chains.</summary>
    public static string Name(TableBlock block) =>
        ByTargets(block) ?? ByChains(block) ?? ByBuiltins(block);

    /// <summary>The family: what the block says, else what its addresses and protocols show, else IPv4.</summary>
    public static IPFamily Family(TableBlock block)
    {
        if (block.Family is { } family)
        {
            return family;
        }

        var isIPv6 = RulesOf(block).Any(r => r.Parts.Any(p =>
            p is ProtocolMatch { Protocol.Number: 58 } or Verdict.Reject { With: ['i', 'c', 'm', 'p', '6', ..] } or Verdict.Translate { Nat.First.Family: IPFamily.IPv6 }));
        return isIPv6 ? IPFamily.IPv6 : IPFamily.IPv4;
    }

    private static string? ByTargets(TableBlock block)
    {
        foreach (var rule in RulesOf(block))
        {
            switch (rule.Verdict)
            {
                case Verdict.Translate:
                    return "nat";
                case Verdict.Reject:
                    return "filter";
                case Verdict.TransparentProxy:
                    return "mangle";
            }
        }

        return null;
    }

    private static string? ByChains(TableBlock block)
    {
        foreach (var chain in block.Chains.Chains)
        {
            foreach (var (prefix, table) in s_owners)
            {
                if (chain.Name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    return table;
                }
            }
        }

        return null;
    }

    private static string ByBuiltins(TableBlock block)
    {
        bool Has(string chain) => block.Chains.Chains.Any(c => c.Name == chain);

        // PREROUTING and OUTPUT alone are all that raw has; the part of nat that people copy often is the same two.
        return !Has("PREROUTING") && !Has("POSTROUTING") ? "filter"
            : Has("FORWARD") ? "mangle"
            : Has("POSTROUTING") || Has("INPUT") || !Has("OUTPUT") || CallsServices(block) ? "nat"
            : "raw";
    }

    private static bool CallsServices(TableBlock block) => RulesOf(block).Any(
        r => r.Verdict is Verdict.Jump { Chain: var to } && (to.StartsWith("KUBE-", StringComparison.Ordinal) || to.StartsWith("DOCKER", StringComparison.Ordinal)));

    private static IEnumerable<Rule> RulesOf(TableBlock block)
    {
        foreach (var chain in block.Chains.Chains)
        {
            for (var i = 0; i < chain.Count; i++)
            {
                yield return chain.Rules[i];
            }
        }
    }
}
