using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace Sluice.Tests.Daemon.Serving;

/// <summary>Asks over real sockets.</summary>
internal static class WebClient
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>A GET on a connection of its own.</summary>
    public static async Task<WebAnswer> GetAsync(IPEndPoint address, string path, string accept = "*/*")
    {
        using var client = new HttpClient { Timeout = s_patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}{path}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.ConnectionClose = true;
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        return new WebAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), headers);
    }

    /// <summary>Connects and sends a text, and keeps the connection.</summary>
    public static async Task<Socket> HoldAsync(IPEndPoint address, string text = "")
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(s_patience);
        await socket.ConnectAsync(address, patience.Token);
        if (text.Length > 0)
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
        }

        return socket;
    }
}

/// <summary>What came back.</summary>
internal sealed record WebAnswer(int Status, string Body, IReadOnlyDictionary<string, string> Headers);
