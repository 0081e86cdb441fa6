using System.Net;
using System.Net.Sockets;

namespace Sluice.Daemon.Serving;

/// <summary>
/// An address that is to be served while the proxy runs. When it cannot be had, that is told once, and it is tried again every 5 s, as
/// kube-proxy does; the proxy goes on routing.
/// </summary>
/// <param name="server">The HTTP server.</param>
/// <param name="name">What is served, in a word for the log.</param>
/// <param name="address">Where; an unspecified address means both families.</param>
/// <param name="site">What is answered.</param>
/// <param name="log">Where to tell.</param>
internal sealed class ServedAddress(HttpServer server, string name, IPEndPoint address, Func<HttpQuery, HttpReply> site, EventLog log) : IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private HttpPort? _port;

    /// <summary>What is served.</summary>
    public string Name => name;

    /// <summary>How many connections are open.</summary>
    public int Connections => _port?.Connections ?? 0;

    /// <summary>Tries to open it.</summary>
    /// <returns>Why it cannot be had, in one line; null when it is open.</returns>
    public string? Open()
    {
        try
        {
            _port = server.Open(address, site, isDualStack: true);
            log.Info("serving", ("what", name), ("address", _port.Address));
            return null;
        }
        catch (SocketException e)
        {
            return $"{name} cannot be served at {address}: {e.Message}";
        }
    }

    /// <summary>Opens it, however often it must be tried, until cancelled.</summary>
    public async Task KeepTryingAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        while (_port is null && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(s_retry, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
            {
                _ = Open();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _port?.Dispose();
}
