using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Sluice.KernelTests.Daemon;
using Xunit;

namespace Sluice.KernelTests.Deploy;

/// <summary>A collector of OTLP over HTTP in a network namespace, for one sender.</summary>
internal sealed class OtlpReceiver : IDisposable
{
    private const string Length = "\r\nContent-Length: ";
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    private readonly Socket _listener;

    private OtlpReceiver(Socket listener) => _listener = listener;

    /// <summary>What the sender gets as <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"http://{_listener.LocalEndPoint}");

    /// <summary>Listens on 127.0.0.1 there.</summary>
    public static OtlpReceiver Start(NetworkNamespace space) => new(space.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        socket.Listen();
        return socket;
    }));

    /// <summary>Takes requests until one has a name in it, whole, each byte a character.</summary>
    public async Task<string> ReceiveAsync(string name)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(ProxyProcess.Patience);
        while (true)
        {
            using var connection = await _listener.AcceptAsync(patience.Token);
            var request = await ReadAsync(connection, patience.Token);
            await connection.SendAsync(Encoding.ASCII.GetBytes(Answer), patience.Token);
            if (request.Contains(name, StringComparison.Ordinal))
            {
                return request;
            }
        }
    }

    public void Dispose() => _listener.Dispose();

    private static async Task<string> ReadAsync(Socket connection, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (!IsWhole(text.ToString()) && await connection.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return text.ToString();
    }

    private static bool IsWhole(string request)
    {
        var end = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var at = request.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
        return end >= 0 && at >= 0 && request.Length >= end + 4 + int.Parse(
            request[(at + Length.Length)..request.IndexOf("\r\n", at + 2, StringComparison.Ordinal)], NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
