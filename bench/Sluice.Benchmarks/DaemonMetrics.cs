using System.Globalization;

namespace Sluice.Benchmarks;

/// <summary>What the proxy's own metrics say of the stages of its syncs of IPv4: how many seconds, and how many times.</summary>
/// <param name="Text">The metrics in Prometheus' text format.</param>
internal sealed record DaemonMetrics(string Text)
{
    private const string Name = "sluice_sync_stage_duration_seconds";

    private static readonly Uri s_address = new("http://127.0.0.1:10249/metrics");

    public static async Task<DaemonMetrics> ReadAsync()
    {
        using var client = new HttpClient();
        return new DaemonMetrics(await client.GetStringAsync(s_address));
    }

    /// <summary>The mean of a stage since earlier, in microseconds; not a number when there was none.</summary>
    public double MeanSince(DaemonMetrics earlier, string stage) =>
        (Value("sum", stage) - earlier.Value("sum", stage)) * 1e6 / (Value("count", stage) - earlier.Value("count", stage));

    private double Value(string kind, string stage)
    {
        var line = Text.Split('\n').FirstOrDefault(l =>
            l.StartsWith($"{Name}_{kind}{{", StringComparison.Ordinal) && l.Contains($"stage=\"{stage}\"", StringComparison.Ordinal) && l.Contains("IPv4", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }
}
