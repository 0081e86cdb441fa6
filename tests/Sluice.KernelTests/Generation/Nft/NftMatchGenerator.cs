using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.KernelTests.Generation.Nft;

/// <summary>Writes conditions, drawn from the small pool so that rules really match.</summary>
internal sealed class NftMatchGenerator(Random random, NftNames names)
{
    private static readonly string[] s_fibLookups = ["daddr", "saddr", "daddr . iif"];

    private readonly AddressPool _pool = AddressPool.Of(names.Family);

    /// <summary>The protocol that the rule has asked for; nft refuses to ask for two.</summary>
    public string? Protocol { get; private set; }

    /// <summary>Forgets the last rule.</summary>
    public void Begin() => Protocol = null;

    /// <summary>A condition.</summary>
    public string Next(Hook? hook) => random.Next(24) switch
    {
        0 or 1 => $"{names.Ip} saddr {Addresses()}",
        2 or 3 or 4 => $"{names.Ip} daddr {Addresses()}",
        5 or 6 => Port(),
        7 => Transport(),
        8 => $"meta l4proto {Protocols()}",
        9 or 10 => Mark("meta mark"),
        11 => Mark("ct mark"),
        12 => $"ct state {random.Pick(["new", "established", "new,related", "invalid", "!= new", "untracked", "{ new, established }"])}",
        13 => random.Pick(["ct status dnat", "ct status snat", "ct direction original", "ct direction reply", $"ct original {names.Ip} daddr {random.Pick(_pool.Services)}", $"ct reply {names.Ip} saddr {random.Pick(_pool.Pods)}"]),
        14 or 15 => Interface(hook),
        16 => $"fib {random.Pick(hook is Hook.Prerouting or Hook.Input or Hook.Forward ? s_fibLookups : s_fibLookups[..2])} type {random.Pick(["local", "unicast", "!= local", "{ local, broadcast }"])}",
        17 => Header(),
        18 => random.Pick(["meta pkttype host", "meta pkttype != host", $"meta protocol {names.Ip}", names.IsInet ? $"meta nfproto {(names.Family == IPFamily.IPv4 ? "ipv4" : "ipv6")}" : "meta pkttype host"]),
        19 => Flags(),
        20 => Concatenation(),
        21 => $"jhash {names.Ip} saddr . {names.Ip} daddr mod {random.Between(3, 9)} seed 0x{random.Next():x} {random.Pick(["0", "1", "< 2", "!= 1"])}",
        22 => $"numgen random mod {random.Between(3, 5)} {random.Pick(["0", "< 2", "!= 1"])}",
        _ => random.Pick([$"{names.Ip} saddr . {names.Ip} daddr != {{ {random.Pick(_pool.All)} . {random.Pick(_pool.All)} }}", "limit rate 1/minute burst 2 packets", $"{names.Ip} saddr @seen"]),
    };

    private string Header()
    {
        if (Protocol is null && random.Chance(0.2))
        {
            Protocol = "tcp";
            return names.Family == IPFamily.IPv4 ? "ip protocol tcp" : "ip6 nexthdr tcp";
        }

        return names.Family == IPFamily.IPv4
            ? random.Pick(["ip dscp 0x2e", "ip dscp != cs0", "ip dscp { cs0, ef }", "ip ttl 64", "ip ttl < 64", "@nh,128,8 10", "@nh,72,8 6"])
            : random.Pick(["ip6 dscp 0x2e", "ip6 dscp != cs0", "ip6 hoplimit 64", "ip6 hoplimit < 64", "@nh,192,8 0xfd"]);
    }

    private string Addresses() => random.Next(8) switch
    {
        0 or 1 => random.Pick(_pool.All).ToString(),
        2 => $"!= {random.Pick(_pool.All)}",
        3 => random.Pick(_pool.Networks).ToString(),
        4 => random.Pick(["@addresses", "!= @addresses", "@networks", "!= @networks"]),
        5 => $"{{ {random.Pick(_pool.All)}, {random.Pick(_pool.Networks)} }}".Replace("10.0.0.0/8", "10.244.0.0/16", StringComparison.Ordinal),
        6 => $"!= {{ {random.Pick(_pool.Pods)}, {random.Pick(_pool.Services)} }}",
        _ => Range(),
    };

    private string Range()
    {
        var (a, b) = (random.Pick(_pool.All), random.Pick(_pool.All));
        return a.CompareTo(b) < 0 ? $"{a}-{b}" : a == b ? $"{a}" : $"{b}-{a}";
    }

    private string Port()
    {
        Protocol ??= random.Pick(["tcp", "tcp", "udp"]);
        return Protocol is "tcp" or "udp"
            ? $"{Protocol} dport {random.Pick(["80", "53", "!= 80", "{ 80, 443 }", "1-1023", "@ports", "!= @ports", "{ 53, 8000-9000, 30080 }", "< 1024", ">= 443"])}"
            : Transport();
    }

    // What names no protocol reads whatever stands where a port would: in ICMP its checksum.
    private string Transport()
    {
        if (Protocol is null)
        {
            Protocol = "some";
            return $"meta l4proto {{ tcp, udp }} th dport {random.Pick(["80", "53-443", "@ports"])}";
        }

        return $"{names.Ip} saddr {Addresses()}";
    }

    private string Protocols()
    {
        if (Protocol is not null)
        {
            return Protocol is "some" or "th" || Protocol.Contains(' ', StringComparison.Ordinal) ? "{ tcp, udp }" : Protocol;
        }

        Protocol = random.Pick(["tcp", "udp", "{ tcp, udp }"]);
        return Protocol;
    }

    private string Mark(string what)
    {
        var mark = random.Pick(AddressPool.Marks);
        return random.Next(5) switch
        {
            0 => $"{what} 0x{mark:x}",
            1 => $"{what} != 0x{mark:x}",
            2 => $"{what} and 0x{mark:x} == 0x{mark:x}",
            3 => $"{what} and 0x{mark:x} != 0x0",
            _ => $"{what} {{ 0x0, 0x{mark:x} }}",
        };
    }

    private string Interface(Hook? hook)
    {
        var link = random.Pick(AddressPool.Links);
        var way = hook is Hook.Forward && random.Chance(0.5) || hook is Hook.Output or Hook.Postrouting ? "o" : "i";
        return random.Next(6) switch
        {
            0 => $"{way}ifname \"{link}\"",
            1 => $"{way}ifname != \"{link}\"",
            2 => $"{way}ifname \"eth*\"",
            3 => $"{way}ifname {{ \"lo\", \"{link}\" }}",
            4 => $"{way}if \"{link}\"",
            _ => $"{way}ifname \"lo\"",
        };
    }

    private string Flags()
    {
        if (Protocol is not (null or "tcp"))
        {
            return $"{names.Ip} daddr {Addresses()}";
        }

        if (Protocol is null && random.Chance(0.4))
        {
            Protocol = "icmp";
            return names.Family == IPFamily.IPv4 ? random.Pick(["icmp type echo-request", "icmp type { echo-reply, 3 }"]) : "icmpv6 type echo-request";
        }

        Protocol = "tcp";
        return random.Pick(["tcp flags syn", "tcp flags & (syn | ack) == syn", "tcp flags != syn", "tcp flags & (fin | syn | rst | ack) == ack"]);
    }

    private string Concatenation()
    {
        if (Protocol is not null)
        {
            return $"{names.Ip} saddr . {names.Ip} daddr {{ {random.Pick(_pool.Pods)} . {random.Pick(_pool.Services)}, {random.Pick(_pool.Outside)} . {random.Pick(_pool.Services)} }}";
        }

        var kind = random.Next(3);
        Protocol = kind == 2 ? "some" : "th";
        return kind switch
        {
            0 => $"{names.Ip} daddr . meta l4proto . th dport @vips",
            1 => $"{names.Ip} daddr . meta l4proto . th dport != @vips",
            _ => $"meta l4proto {{ tcp, udp }} {names.Ip} daddr . th dport . {names.Ip} saddr @sources",
        };
    }
}
