using System.Globalization;
using Sluice.Netfilter.Nftables.Catalog;
using Sluice.Netfilter.Nftables.Reading;
using Sluice.Netfilter.Rules.Sets;

namespace Sluice.Netfilter.Nftables.Writing;

/// <summary>Values in nft's words.</summary>
internal static class ValueWords
{
    /// <summary>One value, or all between two.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="first">The lowest.</param>
    /// <param name="last">The highest.</param>
    /// <param name="isDrawn">Whether they are numbers that a rule draws, which nft takes for numbers whatever their type is called.</param>
    public static string Range(NftType type, NftValue first, NftValue last, bool isDrawn = false)
    {
        if (first == last)
        {
            return One(type, first, isDrawn);
        }

        if (NftTypes.IsName(type))
        {
            var stem = first.ToText();
            return last.Span[System.Text.Encoding.UTF8.GetByteCount(stem)..].IndexOfAnyExcept(byte.MaxValue) < 0
                ? $"\"{stem}*\""
                : $"{One(type, first)}-{One(type, last)}";
        }

        return NftTypes.HasPrefixes(type) && !isDrawn && PrefixLength(type, first, last) is { } length
            ? $"{One(type, first)}/{length}"
            : $"{One(type, first, isDrawn)}-{One(type, last, isDrawn)}";
    }

    /// <summary>One value.</summary>
    public static string One(NftType type, NftValue value, bool isDrawn = false) => type.KernelId switch
    {
        _ when isDrawn => $"{value.ToNumber()}",
        7 or 8 => $"{value.ToAddress()}",
        9 => string.Join(':', value.Span.ToArray().Select(b => b.ToString("x2", CultureInfo.InvariantCulture))),
        5 or 20 or 41 or 46 => $"\"{value.ToText()}\"",
        18 => TimeWords.Write(TimeSpan.FromMilliseconds(value.ToNumber())),
        19 => $"0x{value.ToNumber():x8}",
        23 => $"{value.ToNumber() >> 16:x}:{value.ToNumber() & ushort.MaxValue:x}",
        30 => string.Join(',', Bits(value)),
        43 => $"\"{DateTime.UnixEpoch.AddSeconds(value.ToNumber() / 1_000_000_000):yyyy-MM-dd HH:mm:ss}\"",
        44 => $"\"{TimeSpan.FromSeconds(value.ToNumber()):hh\\:mm\\:ss}\"",
        _ when NftTypes.IsBitmask(type) => Flags(type, value, " | "),
        _ => NftSymbols.Of(type)?.NameOf(value.ToNumber()) is { } name && value.Length <= 8 ? Named(type, name) : Number(value),
    };

    /// <summary>The names of the bits, joined.</summary>
    public static string Flags(NftType type, NftValue value, string between)
    {
        if (type.KernelId == NftTypes.ConnectionLabel.KernelId)
        {
            return string.Join(between, Bits(value));
        }

        var names = new List<string>();
        var left = value.ToNumber();
        for (var bit = 1ul; bit != 0 && bit <= left; bit <<= 1)
        {
            if ((left & bit) != 0)
            {
                names.Add(NftSymbols.Of(type)?.NameOf(bit) ?? $"0x{bit:x}");
            }
        }

        return names.Count == 0 ? "0x0" : string.Join(between, names);
    }

    // Of the values that nft writes in quotes.
    private static string Named(NftType type, string name) => type.Name == "day" ? $"\"{name}\"" : name;

    private static string Number(NftValue value) => value.Length <= 8 ? $"{value.ToNumber()}" : value.ToString();

    private static IEnumerable<int> Bits(NftValue value)
    {
        for (var bit = 0; bit < value.Length * 8; bit++)
        {
            if ((value.Span[value.Length - 1 - (bit / 8)] >> (bit % 8) & 1) != 0)
            {
                yield return bit;
            }
        }
    }

    private static int? PrefixLength(NftType type, NftValue first, NftValue last)
    {
        var host = NftBits.Xor(first, last);
        if (!NftBits.IsPrefixMask(NftBits.Not(host, type)) || !NftBits.IsZero(NftBits.And(first, host)))
        {
            return null;
        }

        var length = type.Bits;
        foreach (var b in host.Span)
        {
            length -= System.Numerics.BitOperations.PopCount(b);
        }

        return length;
    }
}
