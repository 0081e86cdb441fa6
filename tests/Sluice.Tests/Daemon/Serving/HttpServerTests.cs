using System.Net;
using System.Net.Sockets;
using Sluice.Daemon;
using Sluice.Daemon.Serving;
using Xunit;

namespace Sluice.Tests.Daemon.Serving;

public sealed class HttpServerTests : IAsyncLifetime
{
    private static readonly IPEndPoint s_any = new(IPAddress.Loopback, 0);

    private readonly StringWriter _log = new();
    private HttpServer _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await HttpServer.StartAsync(new EventLog(_log, TimeProvider.System, 0), TimeProvider.System, TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Each_port_answers_what_is_served_there()
    {
        using var one = _server.Open(s_any, query => HttpReply.Text(200, "one " + query.Path));
        using var two = _server.Open(s_any, query => HttpReply.Text(503, "two " + query.Path));
        var first = await WebClient.GetAsync(one.Address, "/a%20b?c=d");
        Assert.Equal((200, "one /a b"), (first.Status, first.Body));
        Assert.Equal("nosniff", first.Headers["X-Content-Type-Options"]);
        Assert.False(first.Headers.ContainsKey("Server"));
        var second = await WebClient.GetAsync(two.Address, "/");
        Assert.Equal((503, "two /"), (second.Status, second.Body));
    }

    [Fact]
    public async Task A_port_that_is_closed_ends_its_connections_and_can_be_opened_again()
    {
        var port = _server.Open(s_any, _ => HttpReply.Text(200, "first"));
        using var held = await WebClient.HoldAsync(port.Address, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        var bytes = new byte[4096];
        Assert.NotEqual(0, await held.ReceiveAsync(bytes, TestContext.Current.CancellationToken));
        port.Dispose();
        Assert.Equal(0, await EndOf(held).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        using var again = _server.Open(port.Address, _ => HttpReply.Text(200, "second"));
        Assert.Equal("second", (await WebClient.GetAsync(again.Address, "/")).Body);
    }

    [Fact]
    public async Task A_site_that_fails_is_told_and_answered()
    {
        using var port = _server.Open(s_any, _ => throw new InvalidOperationException("broken\nhere"));
        Assert.Equal(500, (await WebClient.GetAsync(port.Address, "/x")).Status);
        Assert.Contains("path=/x problem=\"InvalidOperationException: broken\\nhere\"", _log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unspecified_address_serves_both_families_when_asked_to()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        using var port = _server.Open(new IPEndPoint(IPAddress.Any, 0), _ => HttpReply.Text(200, "both"), isDualStack: true);
        Assert.Equal("both", (await WebClient.GetAsync(new IPEndPoint(IPAddress.Loopback, port.Address.Port), "/")).Body);
        Assert.Equal("both", (await WebClient.GetAsync(new IPEndPoint(IPAddress.IPv6Loopback, port.Address.Port), "/")).Body);
    }

    [Fact]
    public async Task The_two_families_of_a_port_are_two_ports_else()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "no IPv6 here");
        using var v6 = _server.Open(new IPEndPoint(IPAddress.IPv6Any, 0), _ => HttpReply.Text(200, "v6"));
        using var v4 = _server.Open(new IPEndPoint(IPAddress.Any, v6.Address.Port), _ => HttpReply.Text(200, "v4"));
        Assert.Equal("v4", (await WebClient.GetAsync(new IPEndPoint(IPAddress.Loopback, v4.Address.Port), "/")).Body);
        Assert.Equal("v6", (await WebClient.GetAsync(new IPEndPoint(IPAddress.IPv6Loopback, v6.Address.Port), "/")).Body);
    }

    [Fact]
    public void A_port_that_somebody_has_cannot_be_opened()
    {
        using var port = _server.Open(s_any, _ => HttpReply.Text(200, ""));
        Assert.Equal(SocketError.AddressAlreadyInUse, Assert.Throws<SocketException>(() => _server.Open(port.Address, _ => HttpReply.Text(200, ""))).SocketErrorCode);
    }

    [Fact]
    public async Task A_hundred_connections_held_to_each_port_harm_nothing()
    {
        HttpPort[] ports = [.. Enumerable.Range(0, 3).Select(i => _server.Open(s_any, _ => HttpReply.Text(200, $"port {i}")))];
        List<Socket> held = [];
        foreach (var port in ports)
        {
            for (var i = 0; i < 100; i++)
            {
                // Half say nothing, half are slow to say what they want.
                held.Add(await WebClient.HoldAsync(port.Address, i % 2 == 0 ? "" : "GET / HTTP/1.1\r\nHo"));
            }
        }

        for (var i = 0; i < ports.Length; i++)
        {
            Assert.Equal($"port {i}", (await WebClient.GetAsync(ports[i].Address, "/")).Body);
            Assert.InRange(ports[i].Connections, 100, 101);
        }

        await StopsSoon(ports);
        held.ForEach(s => s.Dispose());
    }

    [Fact]
    public async Task The_oldest_connection_makes_room_for_the_newest()
    {
        var port = _server.Open(s_any, _ => HttpReply.Text(200, "still here"));
        List<Socket> held = [];
        for (var i = 0; i < HttpPort.MostConnections + 50; i++)
        {
            held.Add(await WebClient.HoldAsync(port.Address, "GET /"));
        }

        Assert.Equal("still here", (await WebClient.GetAsync(port.Address, "/")).Body);
        Assert.InRange(port.Connections, HttpPort.MostConnections - 1, HttpPort.MostConnections);
        Assert.Equal(0, await EndOf(held[0]).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        await StopsSoon([port]);
        held.ForEach(s => s.Dispose());
    }

    private async Task StopsSoon(HttpPort[] ports)
    {
        var begin = TimeProvider.System.GetTimestamp();
        Array.ForEach(ports, p => p.Dispose());
        await _server.DisposeAsync();
        var time = TimeProvider.System.GetElapsedTime(begin);
        Assert.True(time < TimeSpan.FromSeconds(10), $"it took {time.TotalSeconds:0.0} s to stop");
        Assert.All(ports, p => Assert.Equal(0, p.Connections));
    }

    // 0 when it ended, in order or not.
    private static async Task<int> EndOf(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[16], TestContext.Current.CancellationToken);
        }
        catch (SocketException)
        {
            return 0;
        }
    }
}
