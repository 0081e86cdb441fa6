using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Sluice.Daemon.Serving;

/// <summary>
/// The one HTTP server of the process, Kestrel alone: no host, no configuration, nothing of the environment. Ports open and close while
/// it runs. HTTP/1.1 without TLS, as kube-proxy's.
/// </summary>
internal sealed class HttpServer : IAsyncDisposable
{
    // The kernel's queue of connections that nobody has accepted yet.
    private const int Backlog = 128;

    private static readonly TimeSpan s_farewell = TimeSpan.FromSeconds(1);

    private readonly ConnectionQueue _queue = new();
    private readonly SocketConnectionContextFactory _sockets = new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private readonly TimeProvider _time;
    private readonly KestrelServer _kestrel;
    private bool _hasEnded;

    private HttpServer(TimeProvider time)
    {
        _time = time;
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        options.Limits.KeepAliveTimeout = TimeSpan.FromMinutes(2);
        options.Limits.MaxRequestBodySize = 64 * 1024;
        options.Limits.MaxRequestLineSize = 4 * 1024;
        options.Limits.MaxRequestHeadersTotalSize = 16 * 1024;

        // The queue binds nothing: the address means nothing.
        options.Listen(new IPEndPoint(IPAddress.Loopback, 1), listen => listen.Protocols = HttpProtocols.Http1);
        _kestrel = new KestrelServer(Options.Create(options), _queue, NullLoggerFactory.Instance);
    }

    /// <summary>Starts a server without ports.</summary>
    /// <param name="log">Where to tell what could not be answered.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<HttpServer> StartAsync(EventLog log, TimeProvider time, CancellationToken cancellationToken)
    {
        var server = new HttpServer(time);
        await server._kestrel.StartAsync(new HttpApplication(log), cancellationToken);
        return server;
    }

    /// <summary>Opens a port.</summary>
    /// <param name="address">Where to listen; port 0 for any that is free.</param>
    /// <param name="site">What is answered there; called from any thread, at once for several requests.</param>
    /// <param name="isDualStack">Whether an unspecified address means those of both families, as it does in Go.</param>
    /// <exception cref="SocketException">Nobody can listen there now.</exception>
    public HttpPort Open(IPEndPoint address, Func<HttpQuery, HttpReply> site, bool isDualStack = false)
    {
        var isBoth = isDualStack && Socket.OSSupportsIPv6 && (address.Address.Equals(IPAddress.Any) || address.Address.Equals(IPAddress.IPv6Any));
        var listener = new Socket(isBoth ? AddressFamily.InterNetworkV6 : address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (listener.AddressFamily == AddressFamily.InterNetworkV6)
            {
                listener.DualMode = isBoth;
            }

            listener.Bind(isBoth ? new IPEndPoint(IPAddress.IPv6Any, address.Port) : address);
            listener.Listen(Backlog);
            return new HttpPort(listener, site, _sockets.Create, _queue, _time);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Ends the server. Answers under way have a second; ports are to be closed by whoever opened them.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_hasEnded)
        {
            return;
        }

        _hasEnded = true;
        using var farewell = new CancellationTokenSource(s_farewell, _time);
        await _kestrel.StopAsync(farewell.Token);
        _kestrel.Dispose();
        await _queue.DisposeAsync();
        _sockets.Dispose();
    }
}
