using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Nftables;

/// <summary>What a rejected sender gets: nft's words beside those of iptables, which the model keeps.</summary>
internal static class RejectWords
{
    private static readonly (string Type, string Code, string With)[] s_all =
    [
        ("icmp", "net-unreachable", "icmp-net-unreachable"),
        ("icmp", "host-unreachable", "icmp-host-unreachable"),
        ("icmp", "prot-unreachable", "icmp-proto-unreachable"),
        ("icmp", "port-unreachable", "icmp-port-unreachable"),
        ("icmp", "net-prohibited", "icmp-net-prohibited"),
        ("icmp", "host-prohibited", "icmp-host-prohibited"),
        ("icmp", "admin-prohibited", "icmp-admin-prohibited"),
        ("icmpv6", "no-route", "icmp6-no-route"),
        ("icmpv6", "admin-prohibited", "icmp6-adm-prohibited"),
        ("icmpv6", "addr-unreachable", "icmp6-addr-unreachable"),
        ("icmpv6", "port-unreachable", "icmp6-port-unreachable"),
        ("icmpv6", "policy-fail", "icmp6-policy-fail"),
        ("icmpv6", "reject-route", "icmp6-reject-route"),
        ("icmpx", "no-route", "icmpx-no-route"),
        ("icmpx", "host-unreachable", "icmpx-host-unreachable"),
        ("icmpx", "port-unreachable", "icmpx-port-unreachable"),
        ("icmpx", "admin-prohibited", "icmpx-admin-prohibited"),
    ];

    /// <summary>The verdict in tables of a family; null for words that nft does not have. What the family does anyway has no words.</summary>
    public static Verdict.Reject? Read(TableFamily family, string type, string code)
    {
        foreach (var entry in s_all)
        {
            if (entry.Type == type && entry.Code == code)
            {
                return new Verdict.Reject(entry.With == Default(family) ? null : entry.With);
            }
        }

        return null;
    }

    /// <summary>What follows <c>reject</c> in nft's words; empty for the default.</summary>
    public static string Write(string? with)
    {
        if (with is null)
        {
            return "";
        }

        foreach (var entry in s_all)
        {
            if (entry.With == with)
            {
                return $" with {entry.Type} {entry.Code}";
            }
        }

        return with == "tcp-reset" ? " with tcp reset" : "";
    }

    /// <summary>What a rejected sender gets in tables of a family when the rule does not say.</summary>
    public static string Default(TableFamily family) => family switch
    {
        TableFamily.IPv4 => "icmp-port-unreachable",
        TableFamily.IPv6 => "icmp6-port-unreachable",
        _ => "icmpx-port-unreachable",
    };
}
