using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Sluice.Daemon.Serving;

/// <summary>
/// One listening socket and the connections that came through it. It holds a bounded number of them: when one more comes the oldest
/// goes, so that whoever holds many keeps nobody else from being answered.
/// </summary>
internal sealed class HttpPort : IDisposable
{
    /// <summary>How many connections a port holds.</summary>
    public const int MostConnections = 256;

    private static readonly TimeSpan s_rest = TimeSpan.FromMilliseconds(100);

    private readonly Socket _listener;
    private readonly Func<Socket, ConnectionContext> _connect;
    private readonly ConnectionQueue _queue;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private readonly LinkedList<ConnectionContext> _open = [];

    /// <summary>A port over a socket that listens.</summary>
    /// <param name="listener">The socket; it ends with the port.</param>
    /// <param name="site">What is answered here; called from any thread.</param>
    /// <param name="connect">Makes a connection of an accepted socket.</param>
    /// <param name="queue">Gets the connections.</param>
    /// <param name="time">The clock.</param>
    public HttpPort(Socket listener, Func<HttpQuery, HttpReply> site, Func<Socket, ConnectionContext> connect, ConnectionQueue queue, TimeProvider time)
    {
        (_listener, Site, _connect, _queue, _time) = (listener, site, connect, queue, time);
        Address = (IPEndPoint)listener.LocalEndPoint!;
        _ = AcceptAsync(_closing.Token);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>What is answered here.</summary>
    public Func<HttpQuery, HttpReply> Site { get; }

    /// <summary>How many connections are open.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Closes the port and all of its connections.</summary>
    public void Dispose()
    {
        List<ConnectionContext> open;
        lock (_gate)
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            _closing.Cancel();
            open = [.. _open];
        }

        _listener.Dispose();
        open.ForEach(c => c.Abort());
        _closing.Dispose();
    }

    private async Task AcceptAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(cancellationToken);
                if (!await _queue.AddAsync(Track(socket), cancellationToken))
                {
                    return;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Whoever connected is gone again, or descriptors are short for now: both pass.
                await Task.Delay(s_rest, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private ConnectionContext Track(Socket socket)
    {
        socket.NoDelay = true;
        var connection = _connect(socket);
        connection.Features.Set(this);
        LinkedListNode<ConnectionContext> node;
        ConnectionContext? oldest = null;
        lock (_gate)
        {
            if (_open.Count >= MostConnections)
            {
                oldest = _open.First!.Value;
                _open.RemoveFirst();
            }

            node = _open.AddLast(connection);
        }

        oldest?.Abort();
        _ = connection.ConnectionClosed.UnsafeRegister(_ => Forget(node), null);
        return connection;
    }

    private void Forget(LinkedListNode<ConnectionContext> node)
    {
        lock (_gate)
        {
            // One that had to make room is out already.
            if (node.List is not null)
            {
                _open.Remove(node);
            }
        }
    }
}
