using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Text;

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

        if (!TryParse(type, tokens.Text, value, ref wildcard))
        {
            return false;
        }

        tokens.Advance();
        return type.KernelId != NftTypes.ClassId.KernelId || TryMinor(value);
    }

    private static bool TryParse(NftType type, ReadOnlySpan<byte> text, Span<byte> value, ref int wildcard)
    {
        switch (type.KernelId)
        {
            case 7 or 8 when NetAddress.TryParse(text, out var address):
                return TryAddress(address, value);
            case 7 or 8:
                return false;
            case 9:
                return TryHardware(text, value);
            case 5 or 20 or 41 or 46:
                return TryName(text, value, ref wildcard);
            case 43 when TimeWords.TryDate(text, out var date):
                BinaryPrimitives.WriteUInt64BigEndian(value, date);
                return true;
            case 44 when TimeWords.TryHour(text, out var hour):
                return TryNumber(type, hour, value);
            case 18:
                return TimeWords.TrySpan(text, out var span) && TryNumber(type, (ulong)span.TotalMilliseconds, value);
            default:
                return TrySymbol(type, text, value);
        }
    }

    private static bool TrySymbol(NftType type, ReadOnlySpan<byte> text, Span<byte> value)
    {
        // Digits first: names that are numbers do not exist.
        if (text[..Math.Min(1, text.Length)] is [>= (byte)'0' and <= (byte)'9'])
        {
            if (TryDigits(type, text, out var number))
            {
                return type.KernelId == NftTypes.ConnectionLabel.KernelId ? TryLabel(number, value) : TryNumber(type, number, value);
            }

            if (text.StartsWith("0x"u8))
            {
                return TryWideHex(text[2..], value);
            }
        }

        if (type.KernelId == NftType.InetService.KernelId)
        {
            return ServiceNames.TryFind(text, out var port) && TryNumber(type, port, value);
        }

        return NftSymbols.Of(type) is { } symbols && symbols.TryFind(text, out var symbol) && TryNumber(type, symbol, value);
    }

    // The class of a packet's queue is written in hexadecimal without the 0x.
    private static bool TryDigits(NftType type, ReadOnlySpan<byte> text, out ulong number) =>
        type.KernelId == NftTypes.ClassId.KernelId && !text.StartsWith("0x"u8)
            ? ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : Utf8Number.TryParse(text, out number);

    private bool TryMinor(Span<byte> value)
    {
        if (!tokens.TryTake(":"u8))
        {
            return true;
        }

        var major = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (major > ushort.MaxValue || !TryDigits(NftTypes.ClassId, tokens.Text, out var minor) || minor > ushort.MaxValue)
        {
            return false;
        }

        tokens.Advance();
        BinaryPrimitives.WriteUInt32BigEndian(value, (major << 16) | (uint)minor);
        return true;
    }

    private static bool TryAddress(NetAddress address, Span<byte> value)
    {
        if (address.Width != value.Length * 8)
        {
            return false;
        }

        if (value.Length == 4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(value, (uint)address.Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(value, address.Bits);
        }

        return true;
    }

    private static bool TryHardware(ReadOnlySpan<byte> text, Span<byte> value)
    {
        if (text.Length != (value.Length * 3) - 1)
        {
            return false;
        }

        for (var i = 0; i < value.Length; i++)
        {
            var octet = text.Slice(i * 3, 2);
            if ((i > 0 && text[(i * 3) - 1] != ':') ||
                !byte.TryParse(octet, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value[i]))
            {
                return false;
            }
        }

        return true;
    }

    // A star at the end stands for any rest; one behind a backslash is itself.
    private static bool TryName(ReadOnlySpan<byte> text, Span<byte> value, ref int wildcard)
    {
        var hasStar = text.EndsWith("*"u8) && !text.EndsWith("\\*"u8);
        text = hasStar ? text[..^1] : text;
        Span<byte> clean = stackalloc byte[value.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                continue;
            }

            if (length == clean.Length)
            {
                return false;
            }

            clean[length++] = text[i];
        }

        clean.CopyTo(value);
        wildcard = hasStar ? length : -1;
        return true;
    }

    private static bool TryLabel(ulong bit, Span<byte> value)
    {
        value.Clear();
        if (bit >= (ulong)value.Length * 8)
        {
            return false;
        }

        value[value.Length - 1 - (int)(bit / 8)] = (byte)(1 << (int)(bit % 8));
        return true;
    }

    private static bool TryNumber(NftType type, ulong number, Span<byte> value)
    {
        if (type.Bits < 64 && number >> type.Bits != 0)
        {
            return false;
        }

        for (var i = value.Length - 1; i >= 0; i--)
        {
            value[i] = (byte)number;
            number >>= 8;
        }

        return true;
    }

    private static bool TryWideHex(ReadOnlySpan<byte> digits, Span<byte> value)
    {
        value.Clear();
        if (digits.IsEmpty || digits.Length > value.Length * 2)
        {
            return false;
        }

        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)];
            if (!Ascii.IsValid(digit) || !Uri.IsHexDigit((char)digit))
            {
                return false;
            }

            value[^((i / 2) + 1)] |= (byte)(Uri.FromHex((char)digit) << (i % 2 * 4));
        }

        return true;
    }
}
