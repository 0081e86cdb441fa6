namespace Sluice.Netfilter.Rules;

/// <summary>An inclusive range of whole numbers: lengths, byte counts, TCP segment sizes.</summary>
/// <param name="First">The lowest number.</param>
/// <param name="Last">The highest number.</param>
public readonly record struct NumberRange(ulong First, ulong Last)
{
    /// <summary>Whether the number is in the range.</summary>
    public bool Contains(long number) => number >= 0 && (ulong)number >= First && (ulong)number <= Last;

    /// <summary>Reads <c>number</c> or <c>first:last</c>; a missing end is 0 or <paramref name="highest"/>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ulong highest, out NumberRange range)
    {
        range = default;
        var colon = text.IndexOf((byte)':');
        if (colon < 0)
        {
            var ok = Text.Utf8Number.TryParse(text, out ulong number);
            range = new NumberRange(number, number);
            return ok && number <= highest;
        }

        ulong first = 0, last = highest;
        if ((colon > 0 && !Text.Utf8Number.TryParse(text[..colon], out first)) ||
            (colon + 1 < text.Length && !Text.Utf8Number.TryParse(text[(colon + 1)..], out last)))
        {
            return false;
        }

        range = new NumberRange(first, last);
        return first <= highest && last <= highest;
    }

    /// <summary>The number alone, or <c>first:last</c>.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}:{Last}";
}
