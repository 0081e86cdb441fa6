using System.Globalization;

namespace Sluice.Dataplane.Comparing.Plots;

/// <summary>A logarithmic axis: where a value stands, and which values are written beside it.</summary>
internal sealed class LogAxis
{
    // With fewer decades than this, lines between them help the eye.
    private const int FewDecades = 3;

    private readonly double _first;
    private readonly double _last;
    private readonly double _from;
    private readonly double _length;

    /// <summary>An axis.</summary>
    /// <param name="least">The least value, above 0.</param>
    /// <param name="greatest">The greatest value.</param>
    /// <param name="from">Where the axis begins, in pixels.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="isRounded">Whether it goes from a power of ten to another; else from the least to the greatest value.</param>
    public LogAxis(double least, double greatest, double from, double to, bool isRounded)
    {
        (_first, _last) = (Math.Log10(least), Math.Log10(Math.Max(greatest, least)));
        if (isRounded)
        {
            (_first, _last) = (Math.Floor(_first + 1e-9), Math.Ceiling(_last - 1e-9));
        }

        _last = _last - _first < 1 ? _first + 1 : _last;
        (_from, _length) = (from, to - from);
    }

    /// <summary>The powers of ten on it.</summary>
    public IEnumerable<double> Decades => Enumerable.Range((int)Math.Ceiling(_first - 1e-9), (int)(Math.Floor(_last + 1e-9) - Math.Ceiling(_first - 1e-9)) + 1).Select(e => Power(e));

    /// <summary>Twice and five times the powers of ten, where there are few of these.</summary>
    public IEnumerable<double> Between => _last - _first < FewDecades
        ? from decade in Enumerable.Range((int)Math.Floor(_first), (int)Math.Ceiling(_last - _first) + 1)
          from factor in (double[])[2, 5]
          let value = factor * Power(decade)
          where Math.Log10(value) > _first && Math.Log10(value) < _last
          select value
        : [];

    /// <summary>Where a value stands, in pixels.</summary>
    public double At(double value) => _from + (_length * (Math.Log10(value) - _first) / (_last - _first));

    // Exact, as Math.Pow need not be.
    private static double Power(int exponent) => double.Parse($"1e{exponent}", CultureInfo.InvariantCulture);
}
