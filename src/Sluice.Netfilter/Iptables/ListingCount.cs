using System.Globalization;
using System.Text;

namespace Sluice.Netfilter.Iptables;

/// <summary>Counters as listings print them: <c>12K</c>, <c>3456M</c>; without <c>-x</c> they are rounded by 1000.</summary>
internal static class ListingCount
{
    public static ulong? Parse(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty)
        {
            return null;
        }

        var factor = word[^1] switch
        {
            (byte)'K' => 1_000UL,
            (byte)'M' => 1_000_000UL,
            (byte)'G' => 1_000_000_000UL,
            (byte)'T' => 1_000_000_000_000UL,
            (byte)'P' => 1_000_000_000_000_000UL,
            _ => 1UL,
        };
        return ulong.TryParse(factor == 1 ? word : word[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value) &&
            value <= ulong.MaxValue / factor ? value * factor : null;
    }

    public static ulong? Parse(string word) => Parse(Encoding.UTF8.GetBytes(word));
}
