using System.Globalization;
using System.Numerics;
using Sluice.Netfilter.Tracing;

namespace Sluice.Tests.Planning;

/// <summary>
/// How rules share packets among n endpoints: the i-th is drawn with the probability 1/(n-i) written with ten decimals, of which
/// the kernel takes the nearest 31-bit number; the last gets what is left. So nobody has exactly 1/n (difference <c>rounded-shares</c>).
/// </summary>
internal static class EquationShares
{
    /// <summary>The share of each, in the order of the rules.</summary>
    public static IReadOnlyList<Probability> Of(int count)
    {
        var shares = new List<Probability>(count);
        var left = Probability.One;
        for (var i = 0; i < count; i++)
        {
            var drawn = i == count - 1 ? Probability.One : Draw(count - i);
            shares.Add(left * drawn);
            left *= drawn.Complement;
        }

        return shares;
    }

    private static Probability Draw(int choices)
    {
        var digits = (1m / choices).ToString("F10", CultureInfo.InvariantCulture);
        var tenDecimals = BigInteger.Parse(digits.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var scale = BigInteger.Pow(10, 10);
        return Probability.OfStatistic((uint)(((tenDecimals << 32) + scale) / (2 * scale)));
    }
}
