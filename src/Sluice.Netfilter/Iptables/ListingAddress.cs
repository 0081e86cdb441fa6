using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Rules;
using Sluice.Netfilter.Rules.Matches;

namespace Sluice.Netfilter.Iptables;

/// <summary>The source or destination column of a listing: an address, a prefix, or, without <c>-n</c>, a name.</summary>
internal static class ListingAddress
{
    // Names that resolve to the same everywhere (/etc/hosts and /etc/networks of the distributions).
    private static readonly (string Name, string Prefix)[] s_names =
    [
        ("localhost", "127.0.0.1"), ("loopback/8", "127.0.0.0/8"), ("localhost/8", "127.0.0.0/8"), ("link-local/16", "169.254.0.0/16"),
        ("base-address.mcast.net/4", "224.0.0.0/4"), ("all-systems.mcast.net", "224.0.0.1"),
        ("localhost6", "::1"), ("ip6-localhost", "::1"), ("ip6-loopback", "::1"), ("ip6-allnodes", "ff02::1"), ("ip6-allrouters", "ff02::2"),
    ];

    /// <summary>Reads a column. True with null for anywhere. A name that is not known everywhere becomes an unknown match.</summary>
    public static bool TryRead(PacketEnd end, ReadOnlySpan<byte> word, IPFamily? family, bool allowNames, out Match? match)
    {
        match = null;
        var inverted = word.StartsWith("!"u8);
        var text = inverted ? word[1..] : word;
        if (text.SequenceEqual("anywhere"u8) || text.SequenceEqual("default"u8))
        {
            return true;
        }

        if (Prefix.TryParse(text, out var prefix) || TryName(text, family, out prefix))
        {
            match = prefix.IsAny && !inverted ? null : new AddressMatch(end, prefix, inverted);
            return true;
        }

        if (!LooksLikeName(text) || !(allowNames || text.Contains((byte)'.')))
        {
            return false;
        }

        match = new UnknownMatch($"{(end == PacketEnd.Source ? "source" : "destination")} {Encoding.UTF8.GetString(word)}");
        return true;
    }

    private static bool TryName(ReadOnlySpan<byte> text, IPFamily? family, out Prefix prefix)
    {
        if (family == IPFamily.IPv6 && text.SequenceEqual("localhost"u8))
        {
            text = "ip6-localhost"u8;
        }

        foreach (var (name, value) in s_names)
        {
            if (Ascii.EqualsIgnoreCase(text, name))
            {
                return Prefix.TryParse(value, out prefix);
            }
        }

        prefix = default;
        return false;
    }

    // A host name, with a prefix length when it names a network.
    private static bool LooksLikeName(ReadOnlySpan<byte> text)
    {
        var slash = text.IndexOf((byte)'/');
        var name = slash < 0 ? text : text[..slash];
        if (name.IsEmpty || !char.IsAsciiLetterOrDigit((char)name[0]) || !char.IsAsciiLetterOrDigit((char)name[^1]))
        {
            return false;
        }

        var hasLetter = false;
        foreach (var c in name)
        {
            hasLetter |= char.IsAsciiLetter((char)c);
            if (!char.IsAsciiLetterOrDigit((char)c) && c is not ((byte)'.' or (byte)'-' or (byte)'_'))
            {
                return false;
            }
        }

        return hasLetter && (slash < 0 || (slash + 1 < text.Length && text[(slash + 1)..].IndexOfAnyExcept("0123456789."u8) < 0));
    }
}
