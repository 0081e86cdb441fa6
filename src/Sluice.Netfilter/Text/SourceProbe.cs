using System.Buffers;
using System.Text;

namespace Sluice.Netfilter.Text;

/// <summary>Looks at a source as a whole before its lines are read: its encoding, and whether it is text at all.</summary>
internal static class SourceProbe
{
    // Enough to tell text from data; a stray byte later in a dump harms one line only.
    private const int Sample = 8192;

    // Terminal colours, and blanks that web pages put into what people copy from them.
    private static readonly SearchValues<byte> s_control =
        SearchValues.Create([1, 2, 3, 4, 5, 6, 7, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 127]);

    /// <summary>Why a source cannot be read, or null; <paramref name="source"/> becomes UTF-8 when it was UTF-16.</summary>
    public static string? FindProblem(ref SourceText source)
    {
        var bytes = source.Bytes.Span;
        if (bytes.TrimStart(" \t\r\n"u8).IsEmpty)
        {
            return "is empty";
        }

        if (bytes is [0x1f, 0x8b, ..] or [(byte)'P', (byte)'K', 3, 4, ..] or [0x28, 0xb5, 0x2f, 0xfd, ..] or [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..])
        {
            return "is compressed: unpack it first";
        }

        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            var encoding = bytes[0] == 0xff ? Encoding.Unicode : Encoding.BigEndianUnicode;
            source = SourceText.Of(source.Name, encoding.GetString(bytes[2..]));
            return source.Bytes.Span.TrimStart(" \t\r\n"u8).IsEmpty ? "is empty" : null;
        }

        var sample = bytes[..Math.Min(bytes.Length, Sample)];
        return sample.Contains((byte)0) || CountControls(sample) > sample.Length / 20 ? "is binary, not text: give what iptables-save prints" : null;
    }

    private static int CountControls(ReadOnlySpan<byte> sample)
    {
        var count = 0;
        for (var at = sample.IndexOfAny(s_control); at >= 0; at = sample.IndexOfAny(s_control))
        {
            count++;
            sample = sample[(at + 1)..];
        }

        return count;
    }
}
