using System.Buffers.Binary;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Reads values of known types: one, a range, or a prefix, which is a range too.</summary>
internal sealed class ValueReader(NftTokens tokens)
{
    /// <summary>
    /// Reads a value into two buffers of the type's width: the lowest and the highest. On failure the first token is still there
    /// when it was no value of the type.
    /// </summary>
    public bool TryRead(NftType type, Span<byte> first, Span<byte> last)
    {
        if (!TryOne(type, first, out var wildcard))
        {
            return false;
        }

        first.CopyTo(last);
        if (wildcard >= 0)
        {
            last[wildcard..].Fill(byte.MaxValue);
            return true;
        }

        if (tokens.Is("/"u8) && !NftTypes.IsBitmask(type))
        {
            tokens.Advance();
            if (tokens.TakeNumber() is not { } length || length > (ulong)type.Bits)
            {
                return false;
            }

            NftBits.ClearHost(first, type, (int)length);
            NftBits.FillHost(last, type, (int)length);
            return true;
        }

        if (!tokens.TryTake("-"u8))
        {
            return true;
        }

        return TryOne(type, last, out wildcard) && wildcard < 0 && first.SequenceCompareTo(last) <= 0;
    }

    /// <summary>Reads a single value; null when there is none, or a range.</summary>
    public NftValue? Read(NftType type)
    {
        Span<byte> first = stackalloc byte[type.Bytes], last = stackalloc byte[type.Bytes];
        return TryRead(type, first, last) && first.SequenceEqual(last) ? NftValue.Of(first) : null;
    }

    /// <summary>Reads a value or a range; null when there is none.</summary>
    public (NftValue First, NftValue Last)? ReadRange(NftType type)
    {
        Span<byte> first = stackalloc byte[type.Bytes], last = stackalloc byte[type.Bytes];
        return TryRead(type, first, last) ? (NftValue.Of(first), NftValue.Of(last)) : null;
    }

    /// <summary>Reads the constant of a bit operation: flags joined by <c>|</c> stand in brackets there.</summary>
    public NftValue? ReadOperand(NftType type)
    {
        Span<byte> value = stackalloc byte[type.Bytes];
        var wildcard = -1;
        var isRead = NftTypes.IsBitmask(type) ? TryBits(type, value) : TryWord(type, value, ref wildcard);
        return isRead && wildcard < 0 ? NftValue.Of(value) : null;
    }

    /// <summary>Reads flags joined by commas into one value; null when there are none. A single flag is one too.</summary>
    public NftValue? ReadFlags(NftType type)
    {
        Span<byte> all = stackalloc byte[type.Bytes], one = stackalloc byte[type.Bytes];
        all.Clear();
        do
        {
            if (!TryOne(type, one, out _))
            {
                return null;
            }

            for (var i = 0; i < all.Length; i++)
            {
                all[i] |= one[i];
            }
        }
        while (tokens.TryTake(","u8));

        return NftValue.Of(all);
    }

    private bool TryOne(NftType type, Span<byte> value, out int wildcard)
    {
        wildcard = -1;
        if (!NftTypes.IsBitmask(type))
        {
            return TryWord(type, value, ref wildcard);
        }

        if (!TryBits(type, value))
        {
            return false;
        }

        Span<byte> more = stackalloc byte[value.Length];
        while (tokens.TryTake("|"u8))
        {
            if (!TryBits(type, more))
            {
                return false;
            }

            for (var i = 0; i < value.Length; i++)
            {
                value[i] |= more[i];
            }
        }

        return true;
    }

    private bool TryBits(NftType type, Span<byte> value)
    {
        var wildcard = -1;
        return tokens.TryTake("("u8) ? TryOne(type, value, out _) && tokens.TryTake(")"u8) : TryWord(type, value, ref wildcard);
    }

    private bool TryWord(NftType type, Span<byte> value, ref int wildcard)
    {
        if (tokens.Kind is not (NftTokenKind.Word or NftTokenKind.Quoted))
        {
            return false;
        }

        if (!WordValues.TryParse(type, tokens.Text, value, ref wildcard))
        {
            return false;
        }

        tokens.Advance();
        return type.KernelId != NftTypes.ClassId.KernelId || TryMinor(value);
    }

    private bool TryMinor(Span<byte> value)
    {
        if (!tokens.TryTake(":"u8))
        {
            return true;
        }

        var major = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (major > ushort.MaxValue || !WordValues.TryDigits(NftTypes.ClassId, tokens.Text, out var minor) || minor > ushort.MaxValue)
        {
            return false;
        }

        tokens.Advance();
        BinaryPrimitives.WriteUInt32BigEndian(value, (major << 16) | (uint)minor);
        return true;
    }
}
