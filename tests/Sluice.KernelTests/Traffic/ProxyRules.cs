using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>What kind of rules the proxy of a lab writes.</summary>
public enum ProxyRules
{
    /// <summary>iptables rules, kept by nf_tables.</summary>
    IptablesNft,

    /// <summary>iptables rules in the kernel's old tables.</summary>
    IptablesLegacy,

    /// <summary>nftables rules.</summary>
    Nftables,

    /// <summary>Virtual servers of IPVS, with iptables rules in the kernel's old tables.</summary>
    Ipvs,
}

/// <summary>What kinds of rules mean for a lab.</summary>
internal static class ProxyRulesExtensions
{
    /// <summary>The variant of iptables that others on the node use.</summary>
    public static LabVariant Variant(this ProxyRules rules) => rules is ProxyRules.IptablesLegacy or ProxyRules.Ipvs ? LabVariant.Legacy : LabVariant.Nft;

    /// <summary>Skips the test, with the reason, where no lab can have them.</summary>
    public static void SkipWhereUnavailable(this ProxyRules rules)
    {
        // In IPVS mode a lab needs less than the instrument that the other labs' tests are sure of.
        if ((LabSupport.Unavailable ?? (rules == ProxyRules.Ipvs ? null : LabProbe.Unavailable(rules.Variant()))) is { } reason)
        {
            Assert.Skip(reason);
        }
    }

    /// <summary>The flags that have the proxy write them.</summary>
    public static string[] Flags(this ProxyRules rules) => rules switch
    {
        ProxyRules.Nftables => ["--proxy-mode", "nftables"],
        ProxyRules.Ipvs => ["--proxy-mode", "ipvs", "--iptables-backend", "legacy"],
        ProxyRules.IptablesLegacy => ["--iptables-backend", "legacy"],
        _ => ["--iptables-backend", "nft"],
    };

    /// <summary>The flags that set how often changes are written and the rules looked over.</summary>
    public static string[] Periods(this ProxyRules rules, string minimum) =>
        [rules switch { ProxyRules.Nftables => "--nftables-min-sync-period", ProxyRules.Ipvs => "--ipvs-min-sync-period", _ => "--iptables-min-sync-period" }, minimum];
}
