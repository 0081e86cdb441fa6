using System.Text;
using Sluice.Daemon.Telemetry;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

public sealed class PrometheusTextTests
{
    private static readonly MetricRow s_gauge = new("a_gauge", MetricKind.Gauge, "Back\\slash and\nline and \"quotes\".") { Labels = ["one", "two"] };
    private static readonly MetricRow s_counter = new("things_total", MetricKind.Counter, "Things.");
    private static readonly MetricRow s_histogram = new("time_seconds", MetricKind.Histogram, "Time.") { Labels = ["kind"], Buckets = [0.00001, 0.5, 1] };

    [Fact]
    public void Text_is_escaped_as_the_format_says() => Assert.Equal(
        "# HELP a_gauge Back\\\\slash and\\nline and \"quotes\".\n"
        + "# TYPE a_gauge gauge\n"
        + "a_gauge{one=\"a\\\\b\\\"c\\nd\",two=\"\"} 1.5\n",
        Write(isOpenMetrics: false, new MetricFamily(s_gauge, [new MetricSeries(["a\\b\"c\nd", ""], 1.5)])));

    [Fact]
    public void A_histogram_adds_its_buckets_up() => Assert.Equal(
        "# HELP time_seconds Time.\n"
        + "# TYPE time_seconds histogram\n"
        + "time_seconds_bucket{kind=\"x\",le=\"1e-05\"} 1\n"
        + "time_seconds_bucket{kind=\"x\",le=\"0.5\"} 1\n"
        + "time_seconds_bucket{kind=\"x\",le=\"1\"} 3\n"
        + "time_seconds_bucket{kind=\"x\",le=\"+Inf\"} 7\n"
        + "time_seconds_sum{kind=\"x\"} 12.25\n"
        + "time_seconds_count{kind=\"x\"} 7\n",
        Write(isOpenMetrics: false, new MetricFamily(s_histogram, [new MetricSeries(["x"], 12.25) { Counts = [1, 0, 2, 4] }])));

    [Fact]
    public void OpenMetrics_names_a_counter_without_its_end_and_ends_with_a_line_of_its_own() => Assert.Equal(
        "# HELP things Things.\n# TYPE things counter\nthings_total 3\n# EOF\n",
        Write(isOpenMetrics: true, new MetricFamily(s_counter, [new MetricSeries([], 3)])));

    [Fact]
    public void OpenMetrics_writes_whole_bounds_with_a_point()
    {
        var text = Write(isOpenMetrics: true, new MetricFamily(s_histogram, [new MetricSeries(["x"], 1) { Counts = [0, 0, 1, 0] }]));
        Assert.Contains("le=\"1.0\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("le=\"0.5\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("le=\"+Inf\"} 1\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(0, "0")]
    [InlineData(1764396641.123, "1764396641.123")]
    [InlineData(1.8446744073709552e19, "1.8446744073709552e+19")]
    public void Numbers_are_written_as_Go_reads_them(double value, string text) =>
        Assert.EndsWith($"\nthings_total {text}\n", Write(isOpenMetrics: false, new MetricFamily(s_counter, [new MetricSeries([], value)])), StringComparison.Ordinal);

    [Fact]
    public void A_metric_without_a_value_is_not_there() => Assert.Equal("", Write(isOpenMetrics: false, new MetricFamily(s_gauge, [])));

    private static string Write(bool isOpenMetrics, params MetricFamily[] families) => Encoding.UTF8.GetString(PrometheusText.Write(families, isOpenMetrics).Span);
}
