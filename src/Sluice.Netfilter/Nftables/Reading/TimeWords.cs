using System.Globalization;
using Sluice.Netfilter.Text;

namespace Sluice.Netfilter.Nftables.Reading;

/// <summary>Times as nft writes them: spans such as <c>1h30m</c>, dates, hours of the day.</summary>
internal static class TimeWords
{
    private static readonly (string Unit, long Milliseconds)[] s_units =
        [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

    // TimeSpan holds no more.
    private const long LongestSpan = long.MaxValue / TimeSpan.TicksPerMillisecond;

    /// <summary>Reads a span: <c>3h</c>, <c>19m47s920ms</c>, or seconds without a unit. False for anything else.</summary>
    public static bool TrySpan(ReadOnlySpan<byte> text, out TimeSpan span)
    {
        span = default;
        long total = 0;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            digits = digits < 0 ? text.Length : digits;
            if (!Utf8Number.TryParse(text[..digits].TrimStart((byte)'0') is { IsEmpty: false } trimmed ? trimmed : "0"u8[..Math.Min(1, digits)], out ulong number))
            {
                return false;
            }

            text = text[digits..];
            if (!TryUnit(ref text, out var unit) || number > (ulong)((LongestSpan - total) / unit))
            {
                return false;
            }

            total += (long)number * unit;
        }

        span = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>Writes a span as nft does: the units it needs, from the largest; <c>0s</c> for none.</summary>
    public static string Write(TimeSpan span)
    {
        var left = (long)span.TotalMilliseconds;
        var text = "";
        foreach (var (unit, milliseconds) in s_units.Where(u => u.Unit != "w").Reverse())
        {
            text += left >= milliseconds ? $"{left / milliseconds}{unit}" : "";
            left %= milliseconds;
        }

        return text.Length > 0 ? text : "0s";
    }

    /// <summary>Reads a date in nanoseconds since 1970, taken as UTC: <c>2020-01-01 10:00:00</c>.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out ulong nanoseconds)
    {
        nanoseconds = 0;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        string[] forms = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];
        if (!DateTime.TryParseExact(System.Text.Encoding.UTF8.GetString(text), forms, CultureInfo.InvariantCulture, Utc, out var date) || date < DateTime.UnixEpoch)
        {
            return false;
        }

        nanoseconds = (ulong)(date - DateTime.UnixEpoch).TotalSeconds * 1_000_000_000;
        return true;
    }

    /// <summary>Reads an hour of the day in seconds: <c>17:00</c>, <c>17:00:30</c>.</summary>
    public static bool TryHour(ReadOnlySpan<byte> text, out ulong seconds)
    {
        seconds = 0;
        string[] forms = ["HH:mm", "HH:mm:ss"];
        if (!TimeOnly.TryParseExact(System.Text.Encoding.UTF8.GetString(text), forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return false;
        }

        seconds = (ulong)time.ToTimeSpan().TotalSeconds;
        return true;
    }

    private static bool TryUnit(ref ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 1000;
        if (text.IsEmpty)
        {
            return true;
        }

        var letters = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        letters = letters < 0 ? text.Length : letters;
        foreach (var (unit, value) in s_units)
        {
            if (Utf8Text.Equals(text[..letters], unit))
            {
                milliseconds = value;
                text = text[letters..];
                return true;
            }
        }

        return false;
    }
}
