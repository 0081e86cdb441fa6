using System.Globalization;
using System.Numerics;

namespace Sluice.Netfilter.Tracing;

/// <summary>
/// An exact probability: a rational from 0 to 1. Kernel draws are dyadic (31 random bits) or one of N, so the denominator is kept
/// as an odd number times a power of two; sums and products stay exact.
/// </summary>
public readonly struct Probability : IEquatable<Probability>, IComparable<Probability>
{
    private readonly BigInteger _numerator;
    private readonly BigInteger _oddMinusOne;
    private readonly int _twos;

    private Probability(BigInteger numerator, BigInteger odd, int twos)
    {
        if (numerator.IsZero)
        {
            (odd, twos) = (BigInteger.One, 0);
        }
        else if (!odd.IsOne)
        {
            var common = BigInteger.GreatestCommonDivisor(numerator, odd);
            numerator /= common;
            odd /= common;
        }

        var shift = (int)Math.Min(twos, TrailingZeros(numerator));
        _numerator = numerator >> shift;
        _oddMinusOne = odd - BigInteger.One;
        _twos = twos - shift;
    }

    /// <summary>Certain.</summary>
    public static Probability One { get; } = new(BigInteger.One, BigInteger.One, 0);

    /// <summary>Impossible.</summary>
    public static Probability Zero => default;

    /// <summary>The numerator in lowest terms.</summary>
    public BigInteger Numerator => _numerator;

    /// <summary>The denominator in lowest terms.</summary>
    public BigInteger Denominator => Odd << _twos;

    /// <summary>Whether this is 0.</summary>
    public bool IsZero => _numerator.IsZero;

    /// <summary>Whether this is 1.</summary>
    public bool IsOne => _numerator.IsOne && _oddMinusOne.IsZero && _twos == 0;

    /// <summary>One minus this.</summary>
    public Probability Complement => new(Denominator - _numerator, Odd, _twos);

    private BigInteger Odd => _oddMinusOne + BigInteger.One;

    /// <summary>The product.</summary>
    public static Probability operator *(Probability left, Probability right) =>
        new(left._numerator * right._numerator, left.Odd * right.Odd, left._twos + right._twos);

    /// <summary>The sum.</summary>
    public static Probability operator +(Probability left, Probability right)
    {
        var twos = Math.Max(left._twos, right._twos);
        var a = left._numerator << (twos - left._twos);
        var b = right._numerator << (twos - right._twos);
        return left.Odd == right.Odd
            ? new(a + b, left.Odd, twos)
            : new((a * right.Odd) + (b * left.Odd), left.Odd * right.Odd, twos);
    }

    /// <summary>Equal.</summary>
    public static bool operator ==(Probability left, Probability right) => left.Equals(right);

    /// <summary>Not equal.</summary>
    public static bool operator !=(Probability left, Probability right) => !left.Equals(right);

    /// <summary>Less.</summary>
    public static bool operator <(Probability left, Probability right) => left.CompareTo(right) < 0;

    /// <summary>Greater.</summary>
    public static bool operator >(Probability left, Probability right) => left.CompareTo(right) > 0;

    /// <summary>Less or equal.</summary>
    public static bool operator <=(Probability left, Probability right) => left.CompareTo(right) <= 0;

    /// <summary>Greater or equal.</summary>
    public static bool operator >=(Probability left, Probability right) => left.CompareTo(right) >= 0;

    /// <summary>A fraction.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 0, above 1, or its denominator is not positive.</exception>
    public static Probability Of(BigInteger numerator, BigInteger denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numerator, denominator);
        var twos = (int)TrailingZeros(denominator);
        return new(numerator, denominator >> twos, twos);
    }

    /// <summary>
    /// What <c>statistic --mode random</c> does with a threshold: 31 random bits below it
    /// (net/netfilter/xt_statistic.c: <c>(get_random_u32() &amp; 0x7FFFFFFF) &lt; probability</c>).
    /// </summary>
    public static Probability OfStatistic(uint threshold) => threshold >= 1u << 31 ? One : new(threshold, BigInteger.One, 31);

    /// <inheritdoc/>
    public bool Equals(Probability other) =>
        _numerator == other._numerator && _twos == other._twos && _oddMinusOne == other._oddMinusOne;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Probability other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_numerator, _twos, _oddMinusOne);

    /// <inheritdoc/>
    public int CompareTo(Probability other) => (_numerator * other.Denominator).CompareTo(other._numerator * Denominator);

    /// <summary>The nearest floating-point number, from 0 to 1.</summary>
    public double ToDouble()
    {
        if (_numerator.IsZero)
        {
            return 0;
        }

        // Scale both to 80 bits first: the raw numbers may exceed what a double can hold.
        var denominator = Denominator;
        var down = Math.Max(0, (int)denominator.GetBitLength() - 900);
        return (double)(_numerator >> down) / (double)(denominator >> down);
    }

    /// <summary><c>numerator/denominator</c> in lowest terms; <c>1</c> and <c>0</c> alone.</summary>
    public override string ToString()
    {
        var denominator = Denominator;
        return denominator.IsOne
            ? _numerator.ToString(CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"{_numerator}/{denominator}");
    }

    private static long TrailingZeros(BigInteger value) => value.IsZero ? 0 : (long)BigInteger.TrailingZeroCount(value);
}
