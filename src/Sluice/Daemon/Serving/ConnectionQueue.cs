using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Daemon.Serving;

/// <summary>
/// Where Kestrel gets its connections from: whichever ports are open at the time put theirs in. So ports can come and go while one
/// server runs.
/// </summary>
internal sealed class ConnectionQueue : IConnectionListenerFactory, IConnectionListener
{
    private readonly Channel<ConnectionContext> _accepted = Channel.CreateBounded<ConnectionContext>(new BoundedChannelOptions(64) { SingleReader = true });

    /// <inheritdoc/>
    public EndPoint EndPoint { get; private set; } = new IPEndPoint(IPAddress.None, 0);

    /// <summary>Hands a connection to the server; false when that takes no more.</summary>
    public async ValueTask<bool> AddAsync(ConnectionContext connection, CancellationToken cancellationToken)
    {
        try
        {
            await _accepted.Writer.WriteAsync(connection, cancellationToken);
            return true;
        }
        catch (ChannelClosedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        EndPoint = endpoint;
        return new(this);
    }

    /// <inheritdoc/>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) =>
        await _accepted.Reader.WaitToReadAsync(cancellationToken) && _accepted.Reader.TryRead(out var connection) ? connection : null;

    /// <inheritdoc/>
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _accepted.Writer.TryComplete();
        return default;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => UnbindAsync();
}
