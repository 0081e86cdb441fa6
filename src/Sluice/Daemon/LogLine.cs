using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sluice.Daemon;

/// <summary>One event as a line of text: <c>key=value</c> (logfmt) or a JSON object. Whatever a value holds, a line stays one line.</summary>
internal static class LogLine
{
    // Readable where a person looks, and never the end of the line.
    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As <c>time=... level=info msg="..." key=value</c>.</summary>
    public static string Text(DateTimeOffset time, string level, string message, ReadOnlySpan<(string Key, object? Value)> fields)
    {
        var line = new StringBuilder("time=").Append(Stamp(time)).Append(" level=").Append(level).Append(" msg=");
        Quote(line, message);
        foreach (var (key, value) in fields)
        {
            if (value is not null)
            {
                line.Append(' ').Append(key).Append('=');
                Append(line, Words(value));
            }
        }

        return line.Append('\n').ToString();
    }

    /// <summary>As <c>{"time":"...","level":"info","msg":"...","key":"value"}</c>; numbers and truth values are those of JSON, lengths of time are seconds.</summary>
    public static string Json(DateTimeOffset time, string level, string message, ReadOnlySpan<(string Key, object? Value)> fields)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output, s_json))
        {
            json.WriteStartObject();
            json.WriteString("time", Stamp(time));
            json.WriteString("level", level);
            json.WriteString("msg", message);
            foreach (var (key, value) in fields)
            {
                if (value is not null)
                {
                    json.WritePropertyName(key);
                    Append(json, value);
                }
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan) + "\n";
    }

    private static string Stamp(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Words(object value) => value switch
    {
        TimeSpan span => span.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + "s",
        IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Append(Utf8JsonWriter json, object value)
    {
        switch (value)
        {
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case TimeSpan span:
                json.WriteNumberValue(Math.Round(span.TotalSeconds, 6));
                break;
            case int or long or uint or ulong or short or ushort or byte:
                json.WriteRawValue(Words(value));
                break;
            default:
                json.WriteStringValue(Words(value));
                break;
        }
    }

    private static void Append(StringBuilder line, string text)
    {
        if (text.Length > 0 && text.All(c => c is > ' ' and < '\x7f' and not ('"' or '=' or '\\')))
        {
            line.Append(text);
        }
        else
        {
            Quote(line, text);
        }
    }

    private static void Quote(StringBuilder line, string text)
    {
        line.Append('"');
        foreach (var c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    line.Append('\\').Append(c);
                    break;
                case '\n':
                    line.Append("\\n");
                    break;
                case '\t':
                    line.Append("\\t");
                    break;

                // Line ends of Unicode and what steers a terminal, C1 included.
                case < ' ' or (>= '\x7f' and < '\xa0') or '\u2028' or '\u2029':
                    line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    line.Append(c);
                    break;
            }
        }

        line.Append('"');
    }
}
