using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Sluice.Tests.Api;

/// <summary>An HTTP proxy that knows CONNECT only, and one way: whatever name is asked for, it leads to one port of this machine.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private const int MaxHeader = 16 << 10;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tunnels = [];
    private readonly int _port;
    private readonly string? _credentials;
    private readonly Task _accepting;

    /// <summary>Starts it.</summary>
    /// <param name="port">Where it leads.</param>
    /// <param name="credentials">Whom it serves, as <c>user:password</c>; null for everybody.</param>
    public ConnectProxy(int port, string? credentials)
    {
        (_port, _credentials) = (port, credentials is null ? null : "Proxy-Authorization: Basic " + KubeconfigFiles.Base64(credentials));
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>The first lines of the requests that it served.</summary>
    public ConcurrentQueue<string> Served { get; } = new();

    /// <summary>How many it refused.</summary>
    public int Refused { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        await Task.WhenAll(_tunnels);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stop.Token);
                _tunnels.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task ServeAsync(Socket client)
    {
        await using var near = new NetworkStream(client, ownsSocket: true);
        try
        {
            while (await ReadHeaderAsync(near) is { Length: > 0 } header)
            {
                if (_credentials is not null && !header.Contains(_credentials, StringComparison.Ordinal))
                {
                    Refused++;
                    await near.WriteAsync("HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _stop.Token);
                    continue;
                }

                Served.Enqueue(header.Split("\r\n")[0]);
                using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await server.ConnectAsync(new IPEndPoint(IPAddress.Loopback, _port), _stop.Token);
                await near.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _stop.Token);
                await using var far = new NetworkStream(server);
                await Task.WhenAny(near.CopyToAsync(far, _stop.Token), far.CopyToAsync(near, _stop.Token));
                return;
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // One of the two left, or the test is over.
        }
    }

    private async Task<string> ReadHeaderAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var octet = new byte[1];
        while (text.Length < MaxHeader && !text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(octet, _stop.Token) > 0)
        {
            text.Append((char)octet[0]);
        }

        return text.ToString();
    }
}
