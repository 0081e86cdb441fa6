using System.Globalization;
using System.Text;

namespace Sluice.Daemon;

/// <summary>
/// What the daemon tells: one line per event, as <c>time=... level=info msg="..." key=value</c> (logfmt). Whatever a value holds,
/// a line stays one line. Safe from any thread.
/// </summary>
/// <param name="writer">Where to.</param>
/// <param name="time">The clock.</param>
/// <param name="verbosity">0 for what a person must know, 1 and more for how it came to be (<c>-v</c>).</param>
internal sealed class EventLog(TextWriter writer, TimeProvider time, int verbosity)
{
    private readonly Lock _gate = new();

    /// <summary>Whether details are wanted.</summary>
    public bool IsDetailed => verbosity > 0;

    /// <summary>All is well.</summary>
    public void Info(string message, params ReadOnlySpan<(string Key, object? Value)> fields) => Write("info", message, fields);

    /// <summary>How it came to be; written only when wanted.</summary>
    public void Detail(string message, params ReadOnlySpan<(string Key, object? Value)> fields)
    {
        if (IsDetailed)
        {
            Write("debug", message, fields);
        }
    }

    /// <summary>Something was not as it should be, and is dealt with.</summary>
    public void Warn(string message, params ReadOnlySpan<(string Key, object? Value)> fields) => Write("warn", message, fields);

    /// <summary>Something does not work.</summary>
    public void Error(string message, params ReadOnlySpan<(string Key, object? Value)> fields) => Write("error", message, fields);

    private void Write(string level, string message, ReadOnlySpan<(string Key, object? Value)> fields)
    {
        var line = new StringBuilder("time=")
            .Append(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))
            .Append(" level=").Append(level).Append(" msg=");
        Quote(line, message);
        foreach (var (key, value) in fields)
        {
            if (value is not null)
            {
                line.Append(' ').Append(key).Append('=');
                Append(line, value);
            }
        }

        line.Append('\n');
        lock (_gate)
        {
            writer.Write(line);
            writer.Flush();
        }
    }

    private static void Append(StringBuilder line, object value)
    {
        var text = value switch
        {
            TimeSpan span => span.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture) + "s",
            IFormattable formattable => formattable.ToString(format: null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
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
