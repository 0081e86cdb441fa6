namespace Sluice.Netfilter.Rules;

/// <summary>A 32-bit value with the mask it is compared or written under: packet and connection marks, priorities.</summary>
/// <param name="Value">The value.</param>
/// <param name="Mask">The bits that count.</param>
public readonly record struct MaskedValue(uint Value, uint Mask)
{
    /// <summary>All 32 bits count.</summary>
    public static MaskedValue Exactly(uint value) => new(value, uint.MaxValue);

    /// <summary>Whether a number has this value under this mask (xt_mark: <c>(mark &amp; mask) == value</c>).</summary>
    public bool Matches(uint number) => (number & Mask) == Value;

    /// <summary>Clears the mask's bits and exclusive-ors the value in (xt_MARK revision 2: <c>(mark &amp; ~mask) ^ value</c>).</summary>
    public uint ApplyTo(uint number) => (number & ~Mask) ^ Value;

    /// <summary>Reads <c>value</c> or <c>value/mask</c>, decimal or hexadecimal.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out MaskedValue result)
    {
        result = default;
        var slash = text.IndexOf((byte)'/');
        uint mask = uint.MaxValue;
        if (!Text.Utf8Number.TryParse(slash < 0 ? text : text[..slash], out uint value) ||
            (slash >= 0 && !Text.Utf8Number.TryParse(text[(slash + 1)..], out mask)))
        {
            return false;
        }

        result = new MaskedValue(value, mask);
        return true;
    }

    /// <summary>As iptables-save prints it: <c>0x4000/0x4000</c>, the mask left out when it is all ones.</summary>
    public override string ToString() => Mask == uint.MaxValue ? $"0x{Value:x}" : $"0x{Value:x}/0x{Mask:x}";
}
