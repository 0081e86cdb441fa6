using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Shifts of values.</summary>
internal static class NftShift
{
    /// <summary>Shifts a value within its length; bits that leave it are lost.</summary>
    public static NftValue Of(NftValue value, bool isLeft, int bits)
    {
        Span<byte> bytes = stackalloc byte[value.Length];
        var total = value.Length * 8;
        for (var i = 0; i < total; i++)
        {
            // Bit i counts from the most significant one.
            var from = isLeft ? i + bits : i - bits;
            if (from >= 0 && from < total && (value.Span[from / 8] & (0x80 >> (from % 8))) != 0)
            {
                bytes[i / 8] |= (byte)(0x80 >> (i % 8));
            }
        }

        return NftValue.Of(bytes);
    }
}
