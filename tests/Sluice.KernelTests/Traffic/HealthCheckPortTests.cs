using System.Diagnostics;
using System.Net;
using Sluice.KernelTests.Lab;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>The real proxy answers at health-check node ports, to a load balancer on the network.</summary>
public sealed class HealthCheckPortTests
{
    // Of its two endpoints one is on the node.
    private const string ServiceName = "both-local";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static int Port => TrafficServices.All.First(s => s.Name.Name == ServiceName).HealthCheckNodePort;

    [Theory]
    [InlineData(ProxyRules.IptablesNft, false)]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.Nftables, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task A_load_balancer_learns_whether_the_node_has_endpoints(ProxyRules rules, bool fromServer)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(rules, fromServer: fromServer);
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            using var answer = await AskAsync(lab, family, a => a.StatusCode == HttpStatusCode.OK);
            Assert.Equal("1", Assert.Single(answer.Headers.GetValues("X-Load-Balancing-Endpoint-Weight")));
            Assert.Equal("application/json", answer.Content.Headers.ContentType?.ToString());
            Assert.Equal(
                "{\n\t\"service\": {\n\t\t\"namespace\": \"lab\",\n\t\t\"name\": \"both-local\"\n\t},\n\t\"localEndpoints\": 1,\n\t\"serviceProxyHealthy\": true\n}",
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        lab.Remove(lab.Cluster.Pod("a"));
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            using var answer = await AskAsync(lab, family, a => a.StatusCode == HttpStatusCode.ServiceUnavailable);
            Assert.Equal("0", Assert.Single(answer.Headers.GetValues("X-Load-Balancing-Endpoint-Weight")));
        }
    }

    [Theory]
    [InlineData(IPFamily.IPv4)]
    [InlineData(IPFamily.IPv6)]
    public async Task A_load_balancer_reaches_the_health_port_of_a_closed_node(IPFamily family)
    {
        await using var lab = await TrafficLab.StartOrSkipAsync(ProxyRules.IptablesNft);
        var node = lab.Cluster.Node.Machine;
        var answer = lab.Intent(family).Route(new Packet(L4Protocol.Tcp, lab.Cluster.Client.Address(family), node.Address(family))
        {
            DestinationPort = Port,
            InInterface = "eth0",
        });
        Assert.Equal(ServiceName, Assert.IsType<RouteAnswer.HealthCheck>(answer).Service.Service.Name);

        node.Serve(L4Protocol.Tcp, Port + 500);
        _ = node.Namespace.Check(family == IPFamily.IPv4 ? "iptables-nft" : "ip6tables-nft", ["-A", "INPUT", "-p", "tcp", "-j", "DROP"]);
        using var reached = await AskAsync(lab, family, a => a.StatusCode == HttpStatusCode.OK);
        Assert.IsType<ConnectionResult.TimedOut>(await lab.Cluster.Client.ConnectAsync(new LabFlow(L4Protocol.Tcp, node.Address(family), Port + 500)
        {
            Patience = TimeSpan.FromMilliseconds(500),
        }));
    }

    // Asks until the answer is as wanted: the port is opened after the rules are in place.
    private static async Task<HttpResponseMessage> AskAsync(TrafficLab lab, IPFamily family, Func<HttpResponseMessage, bool> isWanted)
    {
        using var client = NamespaceHttp.NewClient(lab.Cluster.Client.Namespace);
        var address = new Uri($"http://{lab.Cluster.Node.Machine.Address(family).WithPort(Port)}/");
        var patience = Stopwatch.StartNew();
        while (true)
        {
            object last;
            try
            {
                var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
                if (isWanted(answer))
                {
                    return answer;
                }

                last = answer;
            }
            catch (HttpRequestException e)
            {
                last = e.Message;
            }

            Assert.True(patience.Elapsed < s_patience, $"{last}\n{lab.Log}");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }
}
