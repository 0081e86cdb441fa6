using System.Buffers;
using Sluice.Net;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>How long words and signs of nft's language are (nft's src/scanner.l).</summary>
internal static class NftWords
{
    private static readonly SearchValues<byte> s_colonDigits = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    private static readonly SearchValues<byte> s_numeric =
        SearchValues.Create("0123456789.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"u8);

    private static readonly SearchValues<byte> s_name =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_.-/"u8);

    /// <summary>The length of the word that a text begins with: a name, number, or address of any kind; 0 when it begins with a sign.</summary>
    public static int Length(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return 0;
        }

        var first = text[0];
        if (ColonsLength(text) is > 0 and var address)
        {
            return address;
        }

        if (first is >= (byte)'0' and <= (byte)'9')
        {
            return RunLength(text, s_numeric);
        }

        var isName = first is (>= (byte)'a' and <= (byte)'z') or (>= (byte)'A' and <= (byte)'Z') or (byte)'_' or (byte)'\\' or >= 0x80;
        return isName ? NameLength(text) : 0;
    }

    /// <summary>The length of the sign that a text begins with.</summary>
    public static int SignLength(ReadOnlySpan<byte> text) =>
        text.StartsWith("=="u8) || text.StartsWith("!="u8) || text.StartsWith("<="u8) || text.StartsWith(">="u8) ||
        text.StartsWith("<<"u8) || text.StartsWith(">>"u8)
            ? 2
            : 1;

    /// <summary>The length of a backslash and the line break behind it; 0 when the line does not go on.</summary>
    public static int ContinuedLine(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        return end > 0 && text[1..end].TrimEnd(" \t\r"u8).IsEmpty ? end + 1 : 0;
    }

    // An address of IPv6 or Ethernet: at least two colons among hexadecimal digits.
    private static int ColonsLength(ReadOnlySpan<byte> text)
    {
        if (text[0] == ':' ? text is not [_, (byte)':', ..] : !Uri.IsHexDigit((char)text[0]))
        {
            return 0;
        }

        var length = RunLength(text, s_colonDigits);
        var run = text[..length];
        if (run.Count((byte)':') < 2)
        {
            return 0;
        }

        if (run.EndsWith(":"u8) && !run.EndsWith("::"u8))
        {
            run = run[..^1];
        }

        return NetAddress.TryParse(run, out _) || (run.Length == 17 && run.Count((byte)':') == 5) ? run.Length : 0;
    }

    private static int NameLength(ReadOnlySpan<byte> text)
    {
        var length = 0;
        while (length < text.Length)
        {
            if (s_name.Contains(text[length]) || text[length] is >= 0x80 or (byte)'*')
            {
                length++;
            }
            else if (text[length] == '\\' && length + 1 < text.Length && text[length + 1] > ' ')
            {
                length += 2;
            }
            else
            {
                break;
            }
        }

        return length;
    }

    private static int RunLength(ReadOnlySpan<byte> text, SearchValues<byte> of)
    {
        var length = text.IndexOfAnyExcept(of);
        return length < 0 ? text.Length : length;
    }
}
