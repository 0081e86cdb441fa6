using Sluice.Kubernetes.Configuration;

namespace Sluice.Daemon;

/// <summary>What the daemon tells: one line per event, as <see cref="LogLine"/> writes it. Safe from any thread.</summary>
/// <param name="writer">Where to.</param>
/// <param name="time">The clock.</param>
/// <param name="verbosity">0 for what a person must know, 1 and more for how it came to be (<c>-v</c>).</param>
/// <param name="format">How lines are written.</param>
internal sealed class EventLog(TextWriter writer, TimeProvider time, int verbosity, LogFormat format = LogFormat.Text)
{
    private readonly Lock _gate = new();
    private volatile int _verbosity = verbosity;
    private volatile LogFormat _format = format;

    /// <summary>Whether details are wanted.</summary>
    public bool IsDetailed => _verbosity > 0;

    /// <summary>From now on tells so much, in such lines.</summary>
    public void Configure(int verbosity, LogFormat format) => (_verbosity, _format) = (verbosity, format);

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
        var line = _format == LogFormat.Json
            ? LogLine.Json(time.GetUtcNow(), level, message, fields)
            : LogLine.Text(time.GetUtcNow(), level, message, fields);
        lock (_gate)
        {
            writer.Write(line);
            writer.Flush();
        }
    }
}
