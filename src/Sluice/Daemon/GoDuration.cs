using System.Globalization;

namespace Sluice.Daemon;

/// <summary>Durations as kube-proxy's flags have them: numbers with units, such as <c>30s</c>, <c>1m30s</c> or <c>500ms</c>.</summary>
internal static class GoDuration
{
    private static readonly (string Unit, double Milliseconds)[] s_units =
    [
        // Longer names first where one begins with another.
        ("ms", 1), ("us", 1e-3), ("µs", 1e-3), ("ns", 1e-6), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ];

    /// <summary>Reads a duration; null when it is none, is negative or is above ten years. <c>0</c> needs no unit.</summary>
    public static TimeSpan? Read(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var rest = text.AsSpan();
        var sum = 0.0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            {
                return null;
            }

            rest = rest[digits..];
            var factor = 0.0;
            foreach (var (unit, milliseconds) in s_units)
            {
                if (rest.StartsWith(unit, StringComparison.Ordinal))
                {
                    factor = milliseconds;
                    rest = rest[unit.Length..];
                    break;
                }
            }

            if (factor == 0)
            {
                return null;
            }

            sum += number * factor;
        }

        return text.Length > 0 && sum < TimeSpan.FromDays(3650).TotalMilliseconds ? TimeSpan.FromMilliseconds(sum) : null;
    }
}
