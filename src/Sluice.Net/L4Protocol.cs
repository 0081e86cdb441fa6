using System.Text;

namespace Sluice.Net;

/// <summary>A protocol above IP, by its IANA number (0 to 255); 0 stands for "any" in rules.</summary>
/// <param name="Number">The protocol number of the IP header.</param>
public readonly record struct L4Protocol(byte Number)
{
    /// <summary>Any protocol, as iptables spells it: <c>all</c>.</summary>
    public static readonly L4Protocol Any = new(0);

    /// <summary>ICMP for IPv4.</summary>
    public static readonly L4Protocol Icmp = new(1);

    /// <summary>TCP.</summary>
    public static readonly L4Protocol Tcp = new(6);

    /// <summary>UDP.</summary>
    public static readonly L4Protocol Udp = new(17);

    /// <summary>ICMP for IPv6.</summary>
    public static readonly L4Protocol IcmpV6 = new(58);

    /// <summary>SCTP.</summary>
    public static readonly L4Protocol Sctp = new(132);

    // The names iptables itself prints and knows (xtables xtables_chain_protos), then common ones of /etc/protocols.
    private static readonly (string Name, byte Number)[] s_names =
    [
        ("tcp", 6), ("udp", 17), ("icmp", 1), ("ipv6-icmp", 58), ("sctp", 132), ("all", 0), ("icmpv6", 58), ("icmp6", 58),
        ("udplite", 136), ("esp", 50), ("ah", 51), ("mobility-header", 135), ("mh", 135), ("ipv6-mh", 135),
        ("igmp", 2), ("ipencap", 4), ("ipip", 94), ("gre", 47), ("dccp", 33), ("ospf", 89), ("pim", 103), ("vrrp", 112),
        ("ipcomp", 108), ("ipv6", 41), ("l2tp", 115), ("egp", 8), ("igp", 9), ("ipv6-frag", 44), ("ipv6-route", 43),
        ("ipv6-nonxt", 59), ("ipv6-opts", 60), ("rsvp", 46), ("rdp", 27), ("any", 0), ("0", 0),
    ];

    /// <summary>Whether the protocol has 16-bit source and destination ports at the start of its header.</summary>
    public bool HasPorts => Number is 6 or 17 or 132 or 136 or 33;

    /// <summary>Whether this is ICMP or ICMPv6.</summary>
    public bool IsIcmp => Number is 1 or 58;

    /// <summary>Reads a protocol name (any case, as iptables takes it) or number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out L4Protocol protocol)
    {
        foreach (var (name, number) in s_names)
        {
            if (Ascii.EqualsIgnoreCase(text, name))
            {
                protocol = new L4Protocol(number);
                return true;
            }
        }

        var ok = System.Buffers.Text.Utf8Parser.TryParse(text, out byte value, out var used) && used == text.Length;
        protocol = new L4Protocol(value);
        return ok;
    }

    /// <summary>Reads a protocol name (any case) or number.</summary>
    public static bool TryParse(string text, out L4Protocol protocol) => TryParse(Encoding.UTF8.GetBytes(text), out protocol);

    /// <summary>The name iptables prints, or the number.</summary>
    public override string ToString()
    {
        foreach (var (name, number) in s_names)
        {
            if (number == Number)
            {
                return name;
            }
        }

        return Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
