using System.Text;

namespace Sluice.Netfilter.Text;

/// <summary>Compares UTF-8 with strings without making strings of it.</summary>
internal static class Utf8Text
{
    public static bool Equals(ReadOnlySpan<byte> utf8, string text) =>
        (utf8.Length == text.Length && Ascii.Equals(utf8, text)) || (!Ascii.IsValid(utf8) && Encoding.UTF8.GetString(utf8) == text);
}
