using System.Globalization;

namespace Sluice.Netfilter.Text;

/// <summary>Numbers as xtables takes them: decimal, <c>0x</c> hexadecimal or leading-zero octal (strtoul with base 0).</summary>
public static class Utf8Number
{
    /// <summary>Reads a whole number that fills the text; false when it does not fit 32 bits or is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out uint value)
    {
        var ok = TryParse(text, out ulong wide) && wide <= uint.MaxValue;
        value = (uint)wide;
        return ok;
    }

    /// <summary>Reads a whole number that fills the text; false when it does not fit 64 bits or is none.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        if (text.Length > 2 && text[0] == '0' && (text[1] | 0x20) == 'x')
        {
            return ulong.TryParse(text[2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
        }

        if (text.Length > 1 && text[0] == '0')
        {
            return TryOctal(text[1..], out value);
        }

        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryOctal(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        foreach (var c in text)
        {
            if (c is < (byte)'0' or > (byte)'7' || value >> 61 != 0)
            {
                return false;
            }

            value = (value << 3) | (uint)(c - '0');
        }

        return true;
    }
}
