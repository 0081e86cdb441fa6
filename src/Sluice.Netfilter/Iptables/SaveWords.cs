using System.Globalization;
using Sluice.Netfilter.Rules;

namespace Sluice.Netfilter.Iptables;

/// <summary>The small parts of iptables-save's lines.</summary>
internal static class SaveWords
{
    /// <summary>Takes the first word and the blanks after it.</summary>
    public static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        var word = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..].TrimStart(" \t"u8);
        return word;
    }

    /// <summary>Reads <c>[12:720]</c> at the start of the text; null when it is something else.</summary>
    public static RuleCounters? Counters(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf((byte)':'), close = text.IndexOf((byte)']');
        return colon > 0 && close > colon &&
            ulong.TryParse(text[1..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var packets) &&
            ulong.TryParse(text[(colon + 1)..close], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
            ? new RuleCounters(packets, bytes)
            : null;
    }
}
