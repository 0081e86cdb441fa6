using Sluice.Net;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables.Matches;

/// <summary>How listings print ports: <c>dpt:80</c>, <c>dpts:80:90</c>, <c>dpt:!80</c>, <c>dpts:!80:90</c>.</summary>
internal static class PortWords
{
    public static bool TryTake(ref ListingReader words, ReadOnlySpan<byte> name, out Negatable<PortRange> ports)
    {
        ports = default;
        var copy = words;
        if (!copy.TryTakePrefixed(name, out var text))
        {
            return false;
        }

        if (text.StartsWith("s:"u8))
        {
            text = text[2..];
        }
        else if (text.StartsWith(":"u8))
        {
            text = text[1..];
        }
        else
        {
            return false;
        }

        var inverted = text.StartsWith("!"u8);
        if (!PortRange.TryParse(inverted ? text[1..] : text, (byte)':', out var range))
        {
            return false;
        }

        ports = new(range, inverted);
        words = copy;
        return true;
    }
}
