using Sluice.Net;

namespace Sluice.Daemon.Telemetry;

/// <summary>The bounds of histograms.</summary>
internal static class Buckets
{
    /// <summary>Of kube-proxy's syncs: 1 ms, and on by doubling to 16.384 s.</summary>
    public static EquatableArray<double> Sync { get; } = Exponential(0.001, 2, 15);

    /// <summary>Of network programming: 0, 0.25 and 0.5 s, each second to 59, each 5 s to 115, each 30 s to 300.</summary>
    public static EquatableArray<double> Programming { get; } =
        [0, .. Linear(0.25, 0.25, 2), .. Linear(1, 1, 59), .. Linear(60, 5, 12), .. Linear(120, 30, 7)];

    /// <summary>Of parts of a sync: 10 µs, and on by fours to 10.5 s.</summary>
    public static EquatableArray<double> Stage { get; } = Exponential(0.00001, 4, 11);

    /// <summary>Of requests to the API server, as client-go has them: 5 ms to 60 s.</summary>
    public static EquatableArray<double> Request { get; } = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

    // Rounded to 12 digits: 0.00001 * 4^3 is not to be shown as 0.0006400000000000001.
    private static EquatableArray<double> Exponential(double first, double factor, int count) =>
        Enumerable.Range(0, count).Select(i => Math.Round(first * Math.Pow(factor, i), 12)).ToEquatableArray();

    private static IEnumerable<double> Linear(double first, double step, int count) => Enumerable.Range(0, count).Select(i => first + (step * i));
}
