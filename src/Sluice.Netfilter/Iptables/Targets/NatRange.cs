using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Targets;

/// <summary>The text of a translation's range: <c>[address[-address]][:port[-port[/base]]]</c>, IPv6 addresses in brackets when ports follow.</summary>
internal static class NatRange
{
    private static readonly (string Option, NatFlags Flag)[] s_flags =
    [
        ("random", NatFlags.Random), ("random-fully", NatFlags.RandomFully), ("persistent", NatFlags.Persistent),
    ];

    public static NatSpec? Parse(ReadOnlySpan<byte> text, NatSpec nat)
    {
        var addresses = text;
        ReadOnlySpan<byte> ports = default;
        var hasPorts = false;
        if (text.StartsWith("["u8))
        {
            var close = text.IndexOf((byte)']');
            if (close < 0)
            {
                return null;
            }

            addresses = text[1..close];
            var rest = text[(close + 1)..];
            // "[2001:db8::1]-[2001:db8::5]:80" is printed by older versions for ranges.
            if (rest.StartsWith("-["u8) && rest.IndexOf((byte)']') is var second and > 0)
            {
                if (!NetAddress.TryParse(addresses, out var low) || !NetAddress.TryParse(rest[2..second], out var high))
                {
                    return null;
                }

                rest = rest[(second + 1)..];
                nat = nat with { First = low, Last = high };
                addresses = default;
            }

            hasPorts = rest.StartsWith(":"u8);
            if (!rest.IsEmpty && !hasPorts)
            {
                return null;
            }

            ports = hasPorts ? rest[1..] : default;
        }
        else if (text.Count((byte)':') == 1)
        {
            var colon = text.IndexOf((byte)':');
            addresses = text[..colon];
            ports = text[(colon + 1)..];
            hasPorts = true;
        }

        if (!addresses.IsEmpty)
        {
            var dash = addresses.IndexOf((byte)'-');
            if (!NetAddress.TryParse(dash < 0 ? addresses : addresses[..dash], out var first))
            {
                return null;
            }

            var last = first;
            if (dash >= 0 && (!NetAddress.TryParse(addresses[(dash + 1)..], out last) || last.Family != first.Family))
            {
                return null;
            }

            nat = nat with { First = first, Last = last };
        }

        return !hasPorts ? nat : ParsePorts(ports, nat);
    }

    public static NatSpec? ParsePorts(ReadOnlySpan<byte> text, NatSpec nat)
    {
        var slash = text.IndexOf((byte)'/');
        if (slash >= 0)
        {
            if (!ushort.TryParse(text[(slash + 1)..], out var basePort))
            {
                return null;
            }

            nat = nat with { BasePort = basePort };
            text = text[..slash];
        }

        return PortRange.TryParse(text, (byte)'-', out var range) && !text.IsEmpty && text[0] != '-' && text[^1] != '-' && range.First <= range.Last ? nat with { Ports = range } : null;
    }

    public static string Format(NatSpec nat)
    {
        var text = new StringBuilder();
        if (nat.First is { } first)
        {
            var addresses = nat.Last is { } last && last != first ? $"{first}-{last}" : first.ToString();
            text.Append(first.Family == IPFamily.IPv6 && nat.Ports is not null ? $"[{addresses}]" : addresses);
        }

        return nat.Ports is null ? text.ToString() : text.Append(':').Append(FormatPorts(nat)).ToString();
    }

    public static string FormatPorts(NatSpec nat) => nat.Ports is not { } ports
        ? ""
        : (ports.First == ports.Last ? $"{ports.First}" : $"{ports.First}-{ports.Last}") + (nat.BasePort is { } port ? $"/{port}" : "");

    public static NatFlags? Flag(ReadOnlySpan<byte> option)
    {
        foreach (var (name, flag) in s_flags)
        {
            if (option.StartsWith("--"u8) && Ascii.Equals(option[2..], name))
            {
                return flag;
            }
        }

        return null;
    }

    public static void WriteFlags(NatFlags flags, SaveWriter writer)
    {
        foreach (var (name, flag) in s_flags)
        {
            writer.Flag("--" + name, flags.HasFlag(flag));
        }
    }

    public static NatFlags ListedFlags(ref ListingReader words)
    {
        var flags = NatFlags.None;
        while (true)
        {
            var before = flags;
            foreach (var (name, flag) in s_flags)
            {
                if (Ascii.Equals(words.Peek(), name))
                {
                    words.Next();
                    flags |= flag;
                }
            }

            if (flags == before)
            {
                return flags;
            }
        }
    }
}
