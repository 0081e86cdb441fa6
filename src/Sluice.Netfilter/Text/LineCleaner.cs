using System.Buffers;

namespace Sluice.Netfilter.Text;

/// <summary>
/// Takes out of a line what terminals and web pages put into copies: colours, and blanks that are none in ASCII. What stands in
/// quotes or in a listing's comment is left as it is, but for control characters: no rule can hold them.
/// </summary>
internal static class LineCleaner
{
    private const byte Escape = 0x1b;

    // Control characters without the tab and the line break; the first bytes of U+00A0, U+2000 to U+200B and U+202F, U+3000, U+FEFF.
    private static readonly SearchValues<byte> s_foreign =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(b => (byte)b).Except("\t\n"u8.ToArray()), 127, 0xc2, 0xe2, 0xe3, 0xef]);

    /// <summary>Whether a text holds anything that <see cref="Clean"/> might change.</summary>
    public static bool IsNeeded(ReadOnlySpan<byte> text) => text.IndexOfAny(s_foreign) >= 0;

    /// <summary>The line itself when it is clean, else a cleaned copy.</summary>
    public static ReadOnlySpan<byte> Clean(ReadOnlySpan<byte> line)
    {
        if (line.IndexOfAny(s_foreign) < 0)
        {
            return line;
        }

        var clean = new byte[line.Length];
        var count = CleanTo(clean, line);
        foreach (ref var b in clean.AsSpan(0, count))
        {
            b = b is < 32 and not (byte)'\t' or 127 ? (byte)' ' : b;
        }

        return clean.AsSpan(0, count);
    }

    private static int CleanTo(byte[] clean, ReadOnlySpan<byte> line)
    {
        var count = 0;
        while (!line.IsEmpty)
        {
            if (QuotedLength(line) is > 0 and var quoted)
            {
                line[..quoted].CopyTo(clean.AsSpan(count));
                count += quoted;
                line = line[quoted..];
                continue;
            }

            var (skip, isBlank) = Foreign(line);
            if (isBlank)
            {
                clean[count++] = (byte)' ';
            }
            else if (skip == 0)
            {
                clean[count++] = line[0];
            }

            line = line[Math.Max(1, skip)..];
        }

        return count;
    }

    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'"', ..])
        {
            // Up to the next quote that has no backslash.
            var end = 1;
            while (text[end..].IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var next)
            {
                end += next + 1;
                if (text[end - 1] == '"')
                {
                    return end;
                }

                end = Math.Min(end + 1, text.Length);
            }

            return 0;
        }

        return text is [(byte)'/', (byte)'*', ..] && text.IndexOf("*/"u8) is > 0 and var close ? close + 2 : 0;
    }

    private static (int Length, bool IsBlank) Foreign(ReadOnlySpan<byte> text) => text switch
    {
        [0xc2, 0xa0, ..] => (2, true),
        [0xe2, 0x80, >= 0x80 and <= 0x8a or 0xaf, ..] => (3, true),
        [0xe2, 0x80, 0x8b, ..] or [0xef, 0xbb, 0xbf, ..] => (3, false),
        [0xe3, 0x80, 0x80, ..] => (3, true),
        [Escape, (byte)'[', ..] => (SequenceLength(text), false),
        [Escape, ..] => (1, false),
        _ => (0, false),
    };

    // ECMA-48: parameters and intermediates up to a final byte from @ to ~.
    private static int SequenceLength(ReadOnlySpan<byte> text)
    {
        var end = text[2..].IndexOfAnyInRange((byte)'@', (byte)'~');
        return end < 0 ? text.Length : end + 3;
    }
}
