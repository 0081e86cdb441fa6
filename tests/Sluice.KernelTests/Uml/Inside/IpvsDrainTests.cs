using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sluice.KernelTests.Traffic;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Uml.Inside;

/// <summary>What becomes of connections in IPVS mode when their endpoint goes.</summary>
public sealed class IpvsDrainTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static IPEndPoint Address => new(FlowLab.Service.ClusterIPs[0].ToIPAddress(), FlowLab.Port);

    [UmlFact]
    public async Task A_connection_lives_on_new_ones_go_elsewhere_and_the_endpoint_is_removed_after_the_last()
    {
        await using var lab = await FlowLab.StartOrSkipAsync(ProxyRules.Ipvs, fromServer: false, FlowLab.Endpoint("b"));
        using var old = Listen(lab.Cluster.Pod("b"));
        using var other = Listen(lab.Cluster.Pod("a"));
        var client = await ConnectAsync(lab);
        using var server = await old.AcceptAsync(TestContext.Current.CancellationToken);

        var line = lab.LogLines;
        lab.Write(FlowLab.Service, FlowLab.Endpoint("a"));
        await lab.ChangedAsync(line);
        Assert.Contains("-r 10.244.1.12:8080 -m -w 0", Save(lab), StringComparison.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            await client.SendAsync("more"u8.ToArray());
            Assert.Equal(4, await server.ReceiveAsync(new byte[10]));
            using var next = await ConnectAsync(lab);
            using var accepted = await other.AcceptAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(old.Poll(0, SelectMode.SelectRead), "a new connection came to the endpoint that is gone");

        // Two looks and more.
        await Task.Delay(TimeSpan.FromSeconds(12), TestContext.Current.CancellationToken);
        Assert.Contains("-r 10.244.1.12:8080 -m -w 0", Save(lab), StringComparison.Ordinal);
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();
        var clock = Stopwatch.StartNew();
        while (Save(lab).Contains("10.244.1.12:8080 -m -w 0", StringComparison.Ordinal))
        {
            Assert.True(clock.Elapsed < s_patience, $"{lab.Cluster.Node.Machine.Namespace.Check("ipvsadm", ["-Ln"])}\n{lab.Log}");
            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        output.WriteLine($"removed {clock.Elapsed.TotalSeconds:0.0} s after its last connection was reset");
    }

    [UmlFact]
    public async Task A_UDP_client_that_keeps_its_socket_follows_the_endpoints()
    {
        await using var lab = await FlowLab.StartOrSkipAsync(ProxyRules.Ipvs, fromServer: false, FlowLab.Endpoint("b"));
        lab.Cluster.Pod("a").Serve(L4Protocol.Udp, FlowLab.TargetPort);
        lab.Cluster.Pod("b").Serve(L4Protocol.Udp, FlowLab.TargetPort);
        var clients = new[]
        {
            lab.Client("pod to cluster IP", lab.Cluster.Pod("caller"), FlowLab.Service.ClusterIPs[0], FlowLab.Port),
            lab.Client("node to cluster IP", lab.Cluster.Node.Machine, FlowLab.Service.ClusterIPs[0], FlowLab.Port),
            lab.Client("client to node port", lab.Cluster.Client, lab.Cluster.Node.Machine.Address(IPFamily.IPv4), FlowLab.NodePort),
            lab.Client("client to load balancer", lab.Cluster.Client, FlowLab.Service.LoadBalancerIPs[0], FlowLab.Port),
        };
        await lab.AnsweredByAsync("b", clients);
        lab.Write(FlowLab.Service, FlowLab.Endpoint("a"));
        await lab.AnsweredByAsync("a", clients);
        lab.Write(FlowLab.Service, []);
        await lab.AnsweredByAsync(null, clients);
        lab.Write(FlowLab.Service, FlowLab.Endpoint("b"));
        await lab.AnsweredByAsync("b", clients);
    }

    private static string Save(FlowLab lab) => lab.Cluster.Node.Machine.Namespace.Check("ipvsadm", ["-Sn"]);

    private static async Task<Socket> ConnectAsync(FlowLab lab)
    {
        var socket = lab.Cluster.Pod("caller").Namespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(Address, TestContext.Current.CancellationToken);
        return socket;
    }

    private static Socket Listen(LabMachine pod) => pod.Namespace.Run(() =>
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(pod.Address(IPFamily.IPv4).ToIPAddress(), FlowLab.TargetPort));
        socket.Listen();
        return socket;
    });
}
