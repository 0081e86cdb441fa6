namespace Sluice.Input;

/// <summary>Says on a terminal what is being done when it takes longer than a second; gone when it is done.</summary>
internal sealed class Progress : IDisposable
{
    private readonly CommandIO _io;
    private readonly Lock _lock = new();
    private readonly ITimer? _timer;
    private bool _shown;
    private bool _ended;

    private Progress(CommandIO io, string what)
    {
        _io = io;
        if (io.IsErrorTerminal)
        {
            _timer = io.Time.CreateTimer(_ => Show(what), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Begins.</summary>
    public static Progress Start(CommandIO io, string what) => new(io, what);

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_lock)
        {
            _ended = true;
            if (_shown)
            {
                _io.Error.Write("\r\e[K");
                _io.Error.Flush();
            }
        }
    }

    private void Show(string what)
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _shown = true;
                var room = Math.Max(20, _io.Width - 12);
                _io.Error.Write($"sluice: {(what.Length > room ? what[..room] + "…" : what)} ...");
                _io.Error.Flush();
            }
        }
    }
}
