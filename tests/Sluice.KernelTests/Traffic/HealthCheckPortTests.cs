using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>The health-check node port is let in, also where the node's own firewall lets nothing else in.</summary>
public sealed class HealthCheckPortTests
{
    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public async Task A_load_balancer_reaches_the_health_port_of_a_closed_node(IPFamily family)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(ProxyRules.IptablesNft);
        var node = lab.Cluster.Node.Machine;
        var service = TrafficServices.All.First(s => s.HealthCheckNodePort != 0);
        var port = service.HealthCheckNodePort;
        var answer = lab.Intent(family).Route(new Packet(L4Protocol.Tcp, lab.Cluster.Client.Address(family), node.Address(family))
        {
            DestinationPort = port,
            InInterface = "eth0",
        });
        Assert.Equal(service.Name, Assert.IsType<RouteAnswer.HealthCheck>(answer).Service.Service);

        node.Serve(L4Protocol.Tcp, port);
        node.Serve(L4Protocol.Tcp, port + 500);
        _ = node.Namespace.Check(family == IPFamily.IPv4 ? "iptables-nft" : "ip6tables-nft", ["-A", "INPUT", "-p", "tcp", "-j", "DROP"]);
        var flow = new LabFlow(L4Protocol.Tcp, node.Address(family), port);
        Assert.IsType<ConnectionResult.Delivered>(await lab.Cluster.Client.ConnectAsync(flow));
        Assert.IsType<ConnectionResult.TimedOut>(await lab.Cluster.Client.ConnectAsync(flow with
        {
            Port = port + 500,
            Patience = TimeSpan.FromMilliseconds(500),
        }));
    }
}
