using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Tracing.Values;

/// <summary>Arithmetic on the bits of values.</summary>
internal static class NftBits
{
    /// <summary>Combines two values of one length byte by byte; what the right one lacks at its front is 0.</summary>
    public static NftValue Combine(NftValue left, NftValue right, Func<byte, byte, byte> combine)
    {
        Span<byte> bytes = stackalloc byte[left.Length];
        var other = NftComparer.Fit(right, left.Length).Span;
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = combine(left.Span[i], other[i]);
        }

        return NftValue.Of(bytes);
    }

    /// <summary>Shifts a value within its length; bits that leave it are lost.</summary>
    public static NftValue Shift(NftValue value, bool isLeft, int bits)
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
