using System.Globalization;
using System.Text;

namespace Sluice.Kubernetes.Configuration;

/// <summary>Durations as kube-proxy's flags and files have them (Go's time.ParseDuration): numbers with units, such as <c>30s</c>, <c>1m30s</c> or <c>500ms</c>.</summary>
public static class GoDuration
{
    private static readonly (string Unit, decimal Ticks)[] s_units =
    [
        // Longer names first where one begins with another.
        ("ms", TimeSpan.TicksPerMillisecond), ("us", 10), ("µs", 10), ("ns", 0.01m),
        ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute), ("s", TimeSpan.TicksPerSecond),
    ];

    private static readonly TimeSpan s_longest = TimeSpan.FromDays(3650);

    /// <summary>Reads a duration to 100 ns; null when it is none, is negative or is above ten years. <c>0</c> needs no unit.</summary>
    public static TimeSpan? Read(string text)
    {
        if (text == "0")
        {
            return TimeSpan.Zero;
        }

        var rest = text.AsSpan();
        var sum = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > s_longest.Ticks)
            {
                return null;
            }

            rest = rest[digits..];
            var factor = 0m;
            foreach (var (unit, ticks) in s_units)
            {
                if (rest.StartsWith(unit, StringComparison.Ordinal))
                {
                    factor = ticks;
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

        return text.Length > 0 && sum < s_longest.Ticks ? TimeSpan.FromTicks((long)decimal.Round(sum)) : null;
    }

    /// <summary>Writes a duration as Go does: <c>1h0m0s</c>, <c>30s</c>, <c>1.5ms</c>; <see cref="Read"/> gives the same value. Not for negative ones.</summary>
    public static string Write(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        if (duration < TimeSpan.FromSeconds(1))
        {
            return duration == TimeSpan.Zero ? "0s"
                : duration < TimeSpan.FromMicroseconds(1) ? Number(duration.TotalNanoseconds) + "ns"
                : duration < TimeSpan.FromMilliseconds(1) ? Number(duration.TotalMicroseconds) + "µs"
                : Number((decimal)duration.Ticks / TimeSpan.TicksPerMillisecond) + "ms";
        }

        var text = new StringBuilder();
        var hours = duration.Ticks / TimeSpan.TicksPerHour;
        if (hours > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        }

        if (duration >= TimeSpan.FromMinutes(1))
        {
            text.Append(CultureInfo.InvariantCulture, $"{duration.Minutes}m");
        }

        return text.Append(Number((decimal)(duration.Ticks % TimeSpan.TicksPerMinute) / TimeSpan.TicksPerSecond)).Append('s').ToString();
    }

    private static string Number(IFormattable number) => number.ToString("0.#######", CultureInfo.InvariantCulture);
}
