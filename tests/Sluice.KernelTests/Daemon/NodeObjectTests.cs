using Sluice.KernelTests.Lab;
using Sluice.Kubernetes.Intent;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>The node's own object: missing, made later, changed, deleted, all without a restart of the proxy.</summary>
public sealed class NodeObjectTests
{
    private const string First = "192.0.2.1";
    private const string Second = "198.51.100.1";

    // A node port, and endpoints that are meant for a zone each.
    private static readonly string[] s_objects =
    [
        ClusterFile.Service("web", "172.30.0.1", spec: ", \"type\": \"NodePort\"").Replace("\"port\": 80", "\"port\": 80, \"nodePort\": 30080", StringComparison.Ordinal)
            .Replace("\"type\": \"ClusterIP\", ", "", StringComparison.Ordinal),
        ClusterFile.Slice("web", 0, 1, 2).Replace(
            "\"nodeName\": \"node\"", "\"nodeName\": \"node\", \"zone\": \"a\", \"hints\": {\"forZones\": [{\"name\": \"a\"}]}", StringComparison.Ordinal).Replace(
            "\"nodeName\": \"other\"", "\"nodeName\": \"other\", \"zone\": \"b\", \"hints\": {\"forZones\": [{\"name\": \"b\"}]}", StringComparison.Ordinal),
    ];

    [Fact]
    public async Task Node_ports_zone_and_health_follow_the_Node()
    {
        await using var lab = await CreateAsync();
        lab.Serve(s_objects);
        var proxy = await lab.StartAsync();
        await lab.BecomesRightAsync(proxy, "no Node");
        using var client = NamespaceHttp.NewClient(lab.Namespace);
        Assert.Equal(503, await HealthAsync(client, "\"nodeEligible\":false"));

        foreach (var (when, address, zone) in ((string, string, string)[])[("made", First, "a"), ("another zone", First, "b"), ("another address", Second, "b")])
        {
            lab.Serve([.. s_objects, Node(address, zone)]);
            lab.Node = Described(address, zone);
            await lab.BecomesRightAsync(proxy, when);
            Assert.Equal(200, await HealthAsync(client, "\"nodeEligible\":true"));
        }

        // What it said stays: routes of a node that is still here do not go with its object.
        lab.Serve(s_objects);
        await UntilAsync(async () => await HealthAsync(client, "\"nodeEligible\":") == 503, proxy);
        Assert.Equal("", lab.Difference());
        lab.Serve(s_objects.Append(ClusterFile.Service("more", "172.30.0.2")));
        await lab.BecomesRightAsync(proxy, "a change after the Node was deleted");
        await proxy.StopAsync();
    }

    [Fact]
    public async Task Pod_addresses_are_waited_for_where_they_are_needed_and_followed()
    {
        await using var lab = await CreateAsync();
        lab.Serve(s_objects);
        var proxy = lab.Run("--detect-local-mode", "NodeCIDR");
        await proxy.LineAsync(0, "there is no Node node with spec.podCIDRs");
        foreach (var pods in (string[])["10.128.1.0/24", "10.128.2.0/24"])
        {
            lab.Serve([.. s_objects, Node(First, "a", pods)]);
            lab.Node = Described(First, "a") with { LocalDetector = new LocalDetector.Cidr([Prefix.Parse(pods)]) };
            await lab.BecomesRightAsync(proxy, pods);
        }

        await proxy.StopAsync();
    }

    private static async Task<ServedProxyLab> CreateAsync()
    {
        var lab = await ServedProxyLab.CreateAsync();
        foreach (var address in (string[])[First, Second])
        {
            lab.Namespace.Check("ip", ["address", "add", address + "/24", "dev", "lo"]);
        }

        return lab;
    }

    private static string Node(string address, string zone, string pods = "10.128.1.0/24") => $$$"""
        {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node", "labels": {"topology.kubernetes.io/zone": "{{{zone}}}"}},
         "spec": {"podCIDRs": ["{{{pods}}}"]}, "status": {"addresses": [{"type": "InternalIP", "address": "{{{address}}}"}]}}
        """;

    private static NodeProfile Described(string address, string zone) => ServedProxyLab.UnknownNode with
    {
        Zone = zone,
        NodeIPs = [NetAddress.Parse(address)],
        LocalAddresses = [NetAddress.Parse(address)],
        NodePortAddresses = [Prefix.Host(NetAddress.Parse(address)), Prefix.Parse("::/128")],
    };

    private static async Task<int> HealthAsync(HttpClient client, string expected)
    {
        using var answer = await client.GetAsync(new Uri("http://127.0.0.1:10256/healthz"), TestContext.Current.CancellationToken);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        return (int)answer.StatusCode;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds, ProxyProcess proxy)
    {
        for (var i = 0; !await holds(); i++)
        {
            Assert.True(i < 300, proxy.Log);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }
}
