using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sluice.Daemon.Telemetry;

/// <summary>
/// Writes metrics in Prometheus' text format 0.0.4, or as OpenMetrics 1.0, which differs in the names of counters, in how whole bounds
/// are written and in its last line.
/// </summary>
internal sealed class PrometheusText
{
    /// <summary>The content type of the text format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>The content type of OpenMetrics.</summary>
    public const string OpenMetricsContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    private readonly StringBuilder _text = new();
    private readonly bool _isOpenMetrics;

    private PrometheusText(bool isOpenMetrics) => _isOpenMetrics = isOpenMetrics;

    /// <summary>The metrics as UTF-8; one without a series is not there, as in the client libraries.</summary>
    public static ReadOnlyMemory<byte> Write(IEnumerable<MetricFamily> families, bool isOpenMetrics = false)
    {
        var writer = new PrometheusText(isOpenMetrics);
        foreach (var family in families.Where(f => f.Series.Count > 0).OrderBy(f => f.Row.Name, StringComparer.Ordinal))
        {
            writer.Write(family);
        }

        if (isOpenMetrics)
        {
            writer._text.Append("# EOF\n");
        }

        var bytes = new ArrayBufferWriter<byte>(writer._text.Length + 1);
        foreach (var chunk in writer._text.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, bytes);
        }

        return bytes.WrittenMemory;
    }

    private void Write(MetricFamily family)
    {
        var row = family.Row;
        var name = _isOpenMetrics && row.Kind == MetricKind.Counter && row.Name.EndsWith("_total", StringComparison.Ordinal) ? row.Name[..^"_total".Length] : row.Name;
        _text.Append("# HELP ").Append(name).Append(' ');
        Escape(row.Help, isQuoted: _isOpenMetrics);
        _text.Append("\n# TYPE ").Append(name).Append(' ').Append(row.Kind switch
        {
            MetricKind.Counter => "counter",
            MetricKind.Gauge => "gauge",
            _ => "histogram",
        }).Append('\n');
        foreach (var series in family.Series)
        {
            if (row.Kind == MetricKind.Histogram)
            {
                WriteHistogram(row, series);
            }
            else
            {
                WriteLine(row, series, "", bound: null, series.Value);
            }
        }
    }

    private void WriteHistogram(MetricRow row, MetricSeries series)
    {
        var count = 0L;
        for (var i = 0; i < series.Counts.Count; i++)
        {
            count += series.Counts[i];
            WriteLine(row, series, "_bucket", i < row.Buckets.Count ? row.Buckets[i] : double.PositiveInfinity, count);
        }

        WriteLine(row, series, "_sum", bound: null, series.Value);
        WriteLine(row, series, "_count", bound: null, count);
    }

    private void WriteLine(MetricRow row, MetricSeries series, string suffix, double? bound, double value)
    {
        _text.Append(row.Name).Append(suffix);
        var separator = '{';
        for (var i = 0; i < row.Labels.Count; i++)
        {
            _text.Append(separator).Append(row.Labels[i]).Append("=\"");
            Escape(series.Labels[i], isQuoted: true);
            _text.Append('"');
            separator = ',';
        }

        if (bound is { } limit)
        {
            _text.Append(separator).Append("le=\"").Append(Number(limit));
            _text.Append(_isOpenMetrics && double.IsInteger(limit) ? ".0\"" : "\"");
            separator = ',';
        }

        _text.Append(separator == ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    private void Escape(string text, bool isQuoted)
    {
        foreach (var c in text)
        {
            _ = c switch
            {
                '\\' => _text.Append(@"\\"),
                '\n' => _text.Append(@"\n"),
                '"' when isQuoted => _text.Append("\\\""),
                _ => _text.Append(c),
            };
        }
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };
}
