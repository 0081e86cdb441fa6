using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables;

/// <summary>Bit operations on values of nftables, whatever their width.</summary>
internal static class NftBits
{
    public static NftValue And(NftValue a, NftValue b) => Zip(a, b, static (x, y) => (byte)(x & y));

    public static NftValue Or(NftValue a, NftValue b) => Zip(a, b, static (x, y) => (byte)(x | y));

    public static NftValue Xor(NftValue a, NftValue b) => Zip(a, b, static (x, y) => (byte)(x ^ y));

    /// <summary>All other bits of a type's width.</summary>
    public static NftValue Not(NftValue value, NftType type) => Xor(value, Ones(type));

    public static NftValue Zero(NftType type) => NftValue.Of(new byte[type.Bytes]);

    /// <summary>All bits of a type's width.</summary>
    public static NftValue Ones(NftType type)
    {
        var bytes = new byte[type.Bytes];
        FillOnes(bytes, type);
        return NftValue.Of(bytes);
    }

    /// <summary>Sets all bits of a type's width.</summary>
    public static void FillOnes(Span<byte> bytes, NftType type)
    {
        bytes.Fill(byte.MaxValue);
        if (type.Bits % 8 is > 0 and var bits)
        {
            bytes[0] = (byte)((1 << bits) - 1);
        }
    }

    public static bool IsZero(NftValue value) => value.Span.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Whether no bit is set behind one that is not: the mask of a prefix.</summary>
    public static bool IsPrefixMask(NftValue mask)
    {
        var seenZero = false;
        foreach (var b in mask.Span)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                var isSet = ((b >> bit) & 1) != 0;
                if (isSet && seenZero)
                {
                    return false;
                }

                seenZero |= !isSet;
            }
        }

        return true;
    }

    /// <summary>Sets the bits behind a prefix, of values of a type's width.</summary>
    public static void FillHost(Span<byte> bytes, NftType type, int prefix) => EachHostBit(bytes, type, prefix, isSet: true);

    /// <summary>Clears the bits behind a prefix.</summary>
    public static void ClearHost(Span<byte> bytes, NftType type, int prefix) => EachHostBit(bytes, type, prefix, isSet: false);

    /// <summary>The value one higher or lower; false when there is none of the type.</summary>
    public static bool TryStep(Span<byte> bytes, NftType type, bool isUp)
    {
        for (var i = bytes.Length - 1; i >= 0; i--)
        {
            var edge = isUp ? byte.MaxValue : (byte)0;
            var carries = bytes[i] == edge;
            bytes[i] = isUp ? (byte)(bytes[i] + 1) : (byte)(bytes[i] - 1);
            if (!carries)
            {
                return type.Bits % 8 == 0 || bytes[0] >> (type.Bits % 8) == 0;
            }
        }

        return false;
    }

    private static void EachHostBit(Span<byte> bytes, NftType type, int prefix, bool isSet)
    {
        var skip = (bytes.Length * 8) - type.Bits;
        for (var bit = skip + prefix; bit < bytes.Length * 8; bit++)
        {
            var mask = (byte)(0x80 >> (bit % 8));
            bytes[bit / 8] = isSet ? (byte)(bytes[bit / 8] | mask) : (byte)(bytes[bit / 8] & ~mask);
        }
    }

    private static NftValue Zip(NftValue a, NftValue b, Func<byte, byte, byte> join)
    {
        var bytes = a.Span.ToArray();
        for (var i = 0; i < bytes.Length && i < b.Length; i++)
        {
            bytes[i] = join(bytes[i], b.Span[i]);
        }

        return NftValue.Of(bytes);
    }
}
