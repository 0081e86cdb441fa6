using System.Text;
using Sluice.Net;

namespace Sluice.Netfilter.Ipvs;

/// <summary>Reads the addresses of servers as ipvsadm takes and prints them: <c>10.0.0.1:80</c>, <c>[fd00::1]:443</c>, with names where it was not told <c>-n</c>.</summary>
internal static class ServerAddress
{
    /// <summary>Reads an address with its port; null when it is none, or a name that only the node can resolve.</summary>
    /// <param name="text">The text.</param>
    /// <param name="port">The port that is meant where the text has none.</param>
    public static (NetAddress Address, int Port)? Read(ReadOnlySpan<byte> text, int port = 0)
    {
        var end = text is [(byte)'[', ..] ? text.IndexOf((byte)']') : text.IndexOf((byte)':') is >= 0 and var colon ? colon : text.Length;
        if (end < 0)
        {
            return null;
        }

        var host = text is [(byte)'[', ..] ? text[1..end] : text[..end];
        var rest = text is [(byte)'[', ..] ? text[(end + 1)..] : text[end..];
        if (!TryHost(host, out var address) || (text is [(byte)'[', ..]) != (address.Family == IPFamily.IPv6))
        {
            return null;
        }

        return rest.IsEmpty ? (address, port)
            : rest[0] == ':' && PortRange.TryParse(rest[1..], (byte)'\0', out var found) ? (address, found.First)
            : null;
    }

    // The names that every node has in its /etc/hosts.
    private static bool TryHost(ReadOnlySpan<byte> host, out NetAddress address)
    {
        if (NetAddress.TryParse(host, out address))
        {
            return true;
        }

        var name = Encoding.UTF8.GetString(host[..Math.Min(host.Length, 32)]);
        address = name == "localhost" ? NetAddress.Parse("127.0.0.1") : name is "ip6-localhost" or "ip6-loopback" ? NetAddress.Parse("::1") : default;
        return name is "localhost" or "ip6-localhost" or "ip6-loopback";
    }
}
