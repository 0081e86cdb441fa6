using System.Globalization;

namespace Sluice.Dataplane.Comparing;

/// <summary>Numbers as people read them: three digits and a unit.</summary>
public static class CostUnits
{
    private static readonly (double Least, string Name)[] s_seconds = [(1, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns")];
    private static readonly (double Least, string Name)[] s_bytes = [(1e9, "GB"), (1e6, "MB"), (1e3, "kB"), (1, "B")];

    /// <summary>A time, e.g. <c>1.25 ms</c>.</summary>
    public static string Time(double seconds) => Scaled(seconds, s_seconds);

    /// <summary>An amount of memory, e.g. <c>1.25 MB</c>.</summary>
    public static string Memory(double bytes) => Scaled(bytes, s_bytes);

    /// <summary>A number of things, e.g. <c>12,500</c>.</summary>
    public static string Count(double count) => count.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Scaled(double value, (double Least, string Name)[] units)
    {
        var at = Array.FindIndex(units, u => value >= u.Least);
        var (least, name) = units[at < 0 ? units.Length - 1 : at];
        var scaled = value / least;
        return scaled.ToString(scaled >= 100 ? "#,0" : scaled >= 10 ? "0.#" : "0.##", CultureInfo.InvariantCulture) + " " + name;
    }
}
