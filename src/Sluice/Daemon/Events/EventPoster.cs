using System.Threading.Channels;

namespace Sluice.Daemon.Events;

/// <summary>
/// Posts Events to an API server, at most one a second. What cannot be posted is told once in the log and not kept: an Event is a courtesy,
/// and the log has it all.
/// </summary>
internal sealed class EventPoster : IEventRecorder, IAsyncDisposable
{
    private const int MostWaiting = 32;

    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private readonly Channel<(ProxyEvent Event, DateTimeOffset Time)> _waiting =
        Channel.CreateBounded<(ProxyEvent, DateTimeOffset)>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly string _node;
    private readonly Func<string, ReadOnlyMemory<byte>, CancellationToken, Task> _post;
    private readonly TimeProvider _time;
    private readonly EventLog _log;
    private readonly Task _running;
    private bool _isTold;

    /// <summary>Starts one.</summary>
    /// <param name="node">The node's name.</param>
    /// <param name="post">Posts a document in JSON to a path of the API; throws when it is not taken.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to tell that Events are not taken.</param>
    public EventPoster(string node, Func<string, ReadOnlyMemory<byte>, CancellationToken, Task> post, TimeProvider time, EventLog log)
    {
        (_node, _post, _time, _log) = (node, post, time, log);
        _running = RunAsync(_stop.Token);
    }

    /// <inheritdoc/>
    public void Record(ProxyEvent happened) => _ = _waiting.Writer.TryWrite((happened, _time.GetUtcNow()));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (happened, time) in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                await PostAsync(happened, time, cancellationToken);
                await Task.Delay(s_rest, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Asked to stop.
        }
    }

    private async Task PostAsync(ProxyEvent happened, DateTimeOffset time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(s_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var (path, body) = EventDocument.Write(happened, _node, time);
            await _post(path, body, either.Token);
        }
#pragma warning disable CA1031 // Whatever it is, nothing depends on it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            if (!_isTold)
            {
                _isTold = true;
                _log.Warn("Events are not taken by the API server; the log has what they tell", ("reason", happened.Reason), ("problem", e.Message));
            }
        }
    }
}
