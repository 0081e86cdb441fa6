using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>What a TCP client sees when its endpoint is gone without a word.</summary>
public sealed class DeadConnectionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(ProxyRules.IptablesNft, true, false)]
    [InlineData(ProxyRules.IptablesNft, true, true)]
    [InlineData(ProxyRules.Nftables, true, false)]
    [InlineData(ProxyRules.Nftables, true, true)]
    [InlineData(ProxyRules.Nftables, false, true)]
    public async Task Its_connection_is_reset_where_told_and_else_hangs(ProxyRules rules, bool isTold, bool fromServer)
    {
        await using var lab = await FlowLab.StartOrSkipAsync(
            rules, fromServer, FlowLab.Endpoint("b"), isTold ? ["--conntrack-tcp-dead-endpoints"] : []);
        using var listener = Listen(lab.Cluster.Pod("b"));
        using var other = Listen(lab.Cluster.Pod("a"));
        using var client = lab.Cluster.Pod("caller").Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(new IPEndPoint(FlowLab.Service.ClusterIPs[0].ToIPAddress(), FlowLab.Port), TestContext.Current.CancellationToken);
        using var server = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        await client.SendAsync("hello"u8.ToArray());
        Assert.Equal(5, await server.ReceiveAsync(new byte[10]));

        // The pod's machine loses power.
        _ = lab.Cluster.Pod("b").Namespace.Check("ip", ["link", "set", "eth0", "down"]);
        var line = lab.LogLines;
        lab.Write(FlowLab.Service, FlowLab.Endpoint("a"));
        _ = await lab.CleanedAsync(line);
        var clock = Stopwatch.StartNew();
        var fault = await SendUntilFaultAsync(client, isTold ? s_patience : TimeSpan.FromSeconds(3));
        output.WriteLine($"{rules}, {(isTold ? "told" : "not told")}: {fault?.ToString() ?? "no fault"} after {clock.Elapsed.TotalMilliseconds:0} ms");
        Assert.Equal(isTold ? SocketError.ConnectionReset : null, fault);

        using var next = lab.Cluster.Pod("caller").Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await next.ConnectAsync(new IPEndPoint(FlowLab.Service.ClusterIPs[0].ToIPAddress(), FlowLab.Port), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_connection_to_an_endpoint_that_is_only_not_ready_goes_on()
    {
        await using var lab = await FlowLab.StartOrSkipAsync(ProxyRules.Nftables, fromServer: false, FlowLab.Endpoint("b"), "--conntrack-tcp-dead-endpoints");
        using var listener = Listen(lab.Cluster.Pod("b"));
        using var client = lab.Cluster.Pod("caller").Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await client.ConnectAsync(new IPEndPoint(FlowLab.Service.ClusterIPs[0].ToIPAddress(), FlowLab.Port), TestContext.Current.CancellationToken);
        using var server = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        var line = lab.LogLines;
        lab.Write(FlowLab.Service, [.. FlowLab.Endpoint("b", isReady: false, isServing: false), .. FlowLab.Endpoint("a")]);
        _ = await lab.CleanedAsync(line);
        await client.SendAsync("hello"u8.ToArray());
        using var late = new CancellationTokenSource(s_patience);
        Assert.Equal(5, await server.ReceiveAsync(new byte[10], late.Token));
    }

    private static Socket Listen(LabMachine pod) => pod.Namespace.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(pod.Address(IPFamily.IPv4).ToIPAddress(), FlowLab.TargetPort));
        socket.Listen();
        return socket;
    });

    private static async Task<SocketError?> SendUntilFaultAsync(Socket client, TimeSpan patience)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < patience)
        {
            try
            {
                await client.SendAsync("more"u8.ToArray());
                await Task.Delay(100);
            }
            catch (SocketException e)
            {
                // A reset that came before this was sent is told as a broken pipe by some kernels.
                return e.SocketErrorCode == SocketError.Shutdown ? SocketError.ConnectionReset : e.SocketErrorCode;
            }
        }

        return null;
    }
}
