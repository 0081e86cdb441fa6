namespace Sluice.KernelTests.Agreement;

/// <summary>The names that --reject-with takes and prints for the same answer.</summary>
internal static class RejectKinds
{
    private static readonly Dictionary<string, string> s_aliases = new(StringComparer.Ordinal)
    {
        ["net-unreach"] = "icmp-net-unreachable",
        ["host-unreach"] = "icmp-host-unreachable",
        ["proto-unreach"] = "icmp-proto-unreachable",
        ["port-unreach"] = "icmp-port-unreachable",
        ["net-prohib"] = "icmp-net-prohibited",
        ["host-prohib"] = "icmp-host-prohibited",
        ["admin-prohib"] = "icmp-admin-prohibited",
        ["no-route"] = "icmp6-no-route",
        ["adm-prohibited"] = "icmp6-adm-prohibited",
        ["addr-unreach"] = "icmp6-addr-unreachable",
        ["policy-fail"] = "icmp6-policy-fail",
        ["reject-route"] = "icmp6-reject-route",
    };

    public static bool Same(string? asked, string seen) =>
        asked is not null && s_aliases.GetValueOrDefault(asked, asked) == s_aliases.GetValueOrDefault(seen, seen);
}
