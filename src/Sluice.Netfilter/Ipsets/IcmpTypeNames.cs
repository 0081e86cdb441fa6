namespace Sluice.Netfilter.Ipsets;

/// <summary>The names that ipset has for ICMP types, each with its code: what it prints first, aliases after it.</summary>
internal static class IcmpTypeNames
{
    // ipset's lib/icmp.c and lib/icmpv6.c; unlike iptables' names, each is one type with one code.
    private static readonly (string Name, int Number)[] s_v4 = Table(
        "echo-reply 0/0 pong 0/0 network-unreachable 3/0 host-unreachable 3/1 protocol-unreachable 3/2 port-unreachable 3/3",
        "fragmentation-needed 3/4 source-route-failed 3/5 network-unknown 3/6 host-unknown 3/7 network-prohibited 3/9",
        "host-prohibited 3/10 TOS-network-unreachable 3/11 TOS-host-unreachable 3/12 communication-prohibited 3/13",
        "host-precedence-violation 3/14 precedence-cutoff 3/15 source-quench 4/0 network-redirect 5/0 host-redirect 5/1",
        "TOS-network-redirect 5/2 TOS-host-redirect 5/3 echo-request 8/0 ping 8/0 router-advertisement 9/0",
        "router-solicitation 10/0 ttl-zero-during-transit 11/0 ttl-zero-during-reassembly 11/1 ip-header-bad 12/0",
        "required-option-missing 12/1 timestamp-request 13/0 timestamp-reply 14/0 address-mask-request 17/0 address-mask-reply 18/0");

    private static readonly (string Name, int Number)[] s_v6 = Table(
        "no-route 1/0 communication-prohibited 1/1 address-unreachable 1/3 port-unreachable 1/4 packet-too-big 2/0",
        "ttl-zero-during-transit 3/0 ttl-zero-during-reassembly 3/1 bad-header 4/0 unknown-header-type 4/1 unknown-option 4/2",
        "echo-request 128/0 ping 128/0 echo-reply 129/0 pong 129/0 router-solicitation 133/0 router-advertisement 134/0",
        "neighbour-solicitation 135/0 neigbour-solicitation 135/0 neighbour-advertisement 136/0 neigbour-advertisement 136/0 redirect 137/0");

    /// <summary>The name of type times 256 plus code; null when it has none.</summary>
    public static string? Find(bool isV6, int number) => Array.Find(isV6 ? s_v6 : s_v4, n => n.Number == number).Name;

    /// <summary>Type times 256 plus code; null when there is no such name.</summary>
    public static int? Find(bool isV6, ReadOnlySpan<byte> name)
    {
        foreach (var (known, number) in isV6 ? s_v6 : s_v4)
        {
            if (System.Text.Ascii.Equals(name, known))
            {
                return number;
            }
        }

        return null;
    }

    private static (string Name, int Number)[] Table(params string[] rows) =>
    [
        .. rows.SelectMany(r => r.Split(' ')).Chunk(2).Select(p => (p[0], p[1].Split('/') is var n ? (int.Parse(n[0]) << 8) | int.Parse(n[1]) : 0)),
    ];
}
