using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Traffic;

/// <summary>Clients that never change their socket follow a UDP Service through the real proxy, whatever becomes of its endpoints and addresses.</summary>
public sealed class StaleFlowTrafficTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(ProxyRules.IptablesNft, false)]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.IptablesLegacy, false)]
    [InlineData(ProxyRules.Nftables, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task Flows_follow_their_Service(ProxyRules rules, bool fromServer)
    {
        await using var lab = await FlowLab.StartOrSkipAsync(rules, fromServer, FlowLab.Endpoint("b"));
        Serve(lab);
        var clients = Clients(lab).ToList();
        var foreign = TranslateByOthers(lab);
        await lab.AnsweredByAsync("b", clients);
        await lab.AnsweredByAsync("b", foreign);

        // From here on it lives by its entry alone.
        _ = lab.Cluster.Node.Machine.Namespace.Check("nft", ["delete", "table", "ip", "others"]);

        // An endpoint goes, though its pod would still answer.
        lab.Write(FlowLab.Service, FlowLab.Endpoint("a"));
        await lab.AnsweredByAsync("a", clients);

        // No endpoints, and some again.
        lab.Write(FlowLab.Service, []);
        await lab.AnsweredByAsync(null, clients);
        lab.Write(FlowLab.Service, FlowLab.Endpoint("b"));
        await lab.AnsweredByAsync("b", clients);

        // One that ends keeps its flows while it serves.
        var line = lab.LogLines;
        lab.Write(FlowLab.Service, [.. FlowLab.Endpoint("b", isReady: false), .. FlowLab.Endpoint("a")]);
        await lab.ChangedAsync(line);
        var later = Clients(lab).ToList();
        await lab.AnsweredByAsync("a", later);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        foreach (var client in clients)
        {
            Assert.True(await client.AskAsync() == "b", $"{client} has left an endpoint that still serves\n{lab.Log}");
        }

        lab.Write(FlowLab.Service, [.. FlowLab.Endpoint("b", isReady: false, isServing: false), .. FlowLab.Endpoint("a")]);
        await lab.AnsweredByAsync("a", clients);

        // The Service gives up all its addresses; only that of IPv6's load balancer stays.
        lab.Write(Moved(), FlowLab.Endpoint("a"));
        var stays = clients.Where(c => c.ToString().Contains("[2001:db8:3::1]", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(stays);
        await lab.AnsweredByAsync(null, clients.Except(stays));
        await lab.AnsweredByAsync("a", stays);
        await lab.AnsweredByAsync("a", lab.Client("caller", lab.Cluster.Pod("caller"), NetAddress.Parse("10.96.0.11"), FlowLab.Port));
        Assert.True(await foreign.AskAsync() == "b", $"a flow that others translated was deleted\n{lab.Log}");
        Assert.DoesNotContain("level=error", lab.Log, StringComparison.Ordinal);
        output.WriteLine($"{rules}: {clients.Count + later.Count} flows followed through 6 changes");
    }

    [Theory]
    [InlineData(ProxyRules.IptablesNft, false)]
    [InlineData(ProxyRules.IptablesNft, true)]
    [InlineData(ProxyRules.Nftables, false)]
    [InlineData(ProxyRules.Nftables, true)]
    public async Task Flows_from_before_the_rules_reach_the_Service_once_they_are_there(ProxyRules rules, bool fromServer)
    {
        await using var lab = await FlowLab.StartOrSkipAsync(rules, fromServer, FlowLab.Endpoint("b"));
        Serve(lab);
        lab.Write(FlowLab.Service with { Name = new ObjectName("lab", "other"), ClusterIPs = [NetAddress.Parse("10.96.0.99")], Type = ServiceType.ClusterIP, ExternalIPs = [], LoadBalancerIPs = [], Ports = [new ServicePort("dns", L4Protocol.Udp, 1053, 0)] }, []);
        var client = lab.Client("caller", lab.Cluster.Pod("caller"), FlowLab.Service.ClusterIPs[0], FlowLab.Port);
        await lab.AnsweredByAsync(null, client);
        lab.Write(FlowLab.Service, FlowLab.Endpoint("b"));

        // It asks without a pause longer than the kernel remembers it.
        await lab.AnsweredByAsync("b", client);
    }

    private static Service Moved() => FlowLab.Service with
    {
        ClusterIPs = [NetAddress.Parse("10.96.0.11"), NetAddress.Parse("fd00:10:96::11")],
        ExternalIPs = [],
        LoadBalancerIPs = [FlowLab.Service.LoadBalancerIPs[1]],
        Ports = FlowLab.Service.Ports.Select(p => p with { NodePort = 30054 }).ToEquatableArray(),
    };

    private static void Serve(FlowLab lab)
    {
        foreach (var pod in new[] { "a", "b" })
        {
            lab.Cluster.Pod(pod).Serve(L4Protocol.Udp, FlowLab.TargetPort);
        }
    }

    private static IEnumerable<DatagramClient> Clients(FlowLab lab)
    {
        var (node, caller, outside) = (lab.Cluster.Node.Machine, lab.Cluster.Pod("caller"), lab.Cluster.Client);
        foreach (var family in new[] { IPFamily.IPv4, IPFamily.IPv6 })
        {
            NetAddress Of(IEnumerable<NetAddress> addresses) => addresses.First(a => a.Family == family);
            yield return lab.Client("pod", caller, Of(FlowLab.Service.ClusterIPs), FlowLab.Port);
            yield return lab.Client("node", node, Of(FlowLab.Service.ClusterIPs), FlowLab.Port);
            yield return lab.Client("outside", outside, Of(FlowLab.Service.ExternalIPs), FlowLab.Port);
            yield return lab.Client("outside", outside, Of(FlowLab.Service.LoadBalancerIPs), FlowLab.Port);
            yield return lab.Client("outside", outside, node.Address(family), FlowLab.NodePort);
        }
    }

    // To the port of a node port, but at an address that is not the node's.
    private static DatagramClient TranslateByOthers(FlowLab lab)
    {
        var address = NetAddress.Parse("198.18.5.5");
        _ = lab.Cluster.Node.Machine.Namespace.Check("nft", ["-f", "-"], $$"""
            table ip others {
                chain in {
                    type nat hook prerouting priority -90;
                    ip daddr {{address}} udp dport {{FlowLab.NodePort}} dnat to {{lab.Cluster.Pod("b").Address(IPFamily.IPv4)}}:{{FlowLab.TargetPort}}
                }
            }

            """);
        return lab.Client("outside by others", lab.Cluster.Client, address, FlowLab.NodePort);
    }
}
