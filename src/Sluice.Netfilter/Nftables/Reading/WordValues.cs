using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Net;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Rules.Sets;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>The values that single words of nft's language stand for, by type.</summary>
internal static class WordValues
{
    /// <summary>Reads the value that fills a text into a buffer of its type's width.</summary>
    /// <param name="type">The type.</param>
    /// <param name="text">The text.</param>
    /// <param name="value">The buffer.</param>
    /// <param name="wildcard">Where any rest may follow, in names that end in a star; else left alone.</param>
    public static bool TryParse(NftType type, ReadOnlySpan<byte> text, Span<byte> value, ref int wildcard)
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

    /// <summary>Reads a number; the class of a packet's queue is written in hexadecimal without the 0x.</summary>
    public static bool TryDigits(NftType type, ReadOnlySpan<byte> text, out ulong number) =>
        type.KernelId == NftTypes.ClassId.KernelId && !text.StartsWith("0x"u8)
            ? ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)
            : Utf8Number.TryParse(text, out number);

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
