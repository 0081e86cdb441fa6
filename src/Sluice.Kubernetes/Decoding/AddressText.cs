using System.Buffers;
using System.Buffers.Text;
using Sluice.Net;

namespace Sluice.Kubernetes.Decoding;

/// <summary>Addresses as Kubernetes takes them: no zone, no brackets, no port; IPv4 within IPv6 is IPv4.</summary>
internal static class AddressText
{
    private static readonly SearchValues<byte> s_characters = SearchValues.Create("0123456789abcdefABCDEF.:"u8);

    public static bool TryAddress(ReadOnlySpan<byte> text, out NetAddress address)
    {
        if (text.IndexOfAnyExcept(s_characters) >= 0 || !NetAddress.TryParse(text, out address))
        {
            address = default;
            return false;
        }

        if (address.Family == IPFamily.IPv6 && address.Bits >> 32 == 0xffff)
        {
            address = NetAddress.V4((uint)address.Bits);
        }

        return true;
    }

    public static bool TryPrefix(ReadOnlySpan<byte> text, out Prefix prefix)
    {
        prefix = default;
        text = text.Trim(" \t\r\n"u8);
        var slash = text.IndexOf((byte)'/');
        if (slash < 0 || text[(slash + 1)..] is not { Length: > 0 and <= 3 } tail || tail.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0 ||
            !Utf8Parser.TryParse(tail, out int length, out _) || !TryAddress(text[..slash], out var address) || length > address.Width)
        {
            return false;
        }

        prefix = Prefix.Of(address, length);
        return true;
    }
}
