using Sluice.KernelTests.Daemon;
using Sluice.KernelTests.Lab;
using Sluice.KernelTests.Traffic;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.KernelTests.Deploy;

/// <summary>The published program, alone in an empty root: it needs no tool, no .NET and one capability.</summary>
public sealed class PublishedProgramTests(ITestOutputHelper output)
{
    private const string Cluster = "/etc/sluice/cluster";
    private const int ClientPort = 80;
    private const int PodPort = 8080;

    private static readonly NetAddress s_web = NetAddress.Parse("172.30.0.1");

    [Fact]
    public void The_root_has_one_program_and_libraries()
    {
        using var root = EmptyRoot.Create();
        var files = root.Files();
        output.WriteLine(string.Join('\n', files));
        Assert.Equal(["/usr/local/bin/sluice"], files.Where(f => !f.Contains(".so", StringComparison.Ordinal)));
        Assert.Contains(files, f => f.EndsWith("/libssl.so.3", StringComparison.Ordinal));
    }

    [Fact]
    public void It_tells_its_version_and_traces_a_dump()
    {
        using var root = EmptyRoot.Create();
        using var space = new NetworkNamespace("empty-root");
        var version = root.Run(space, "--version");
        Assert.True(version.ExitCode == 0, version.Error);
        Assert.Matches("^[0-9]+\\.[0-9]+\\.[0-9]+", version.Output);

        root.Write("/dump.txt", """
            *nat
            :PREROUTING ACCEPT [0:0]
            -A PREROUTING -d 10.96.0.10/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.244.1.11:8080
            COMMIT

            """);
        var trace = root.Run(space, "trace", "-f", "/dump.txt", "--from", "10.244.1.9", "--to", "10.96.0.10:80", "-o", "json");
        Assert.True(trace.ExitCode == 0, trace.Error);
        Assert.Contains("\"destination\": \"10.244.1.11\"", trace.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_reach_endpoints_by_the_rules_it_writes_and_a_change_reaches_the_kernel()
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        using var root = EmptyRoot.Create();
        using var lab = LabCluster.Build([new LabPod("web-0", 2), new LabPod("web-1", 3), new LabPod("shell", 20)]);
        lab.Pod("web-0").Serve(L4Protocol.Tcp, PodPort);
        lab.Pod("web-1").Serve(L4Protocol.Tcp, PodPort);
        root.Write($"{Cluster}/web.json", Manifest("10.244.1.2", "10.244.1.3"));
        using var proxy = new ProxyProcess(lab.Node.Machine.Namespace.Start(root.Start(
            ["proxy", "--proxy-mode", "nftables", "-c", Cluster, "--node", lab.Node.Machine.Name, "--cluster-cidr", "10.244.0.0/16", "-v", "1"])));
        await proxy.ReadyAsync("IPv4");
        await proxy.ReadyAsync("IPv6");
        Assert.Equal(["web-0", "web-1"], await ServersAsync(lab, 40));

        // The program itself reads the rules that are in the kernel now.
        var services = root.Run(lab.Node.Machine.Namespace, "services");
        Assert.Contains("shop/web", services.Output, StringComparison.Ordinal);

        root.Write($"{Cluster}/web.json", Manifest("10.244.1.3"));
        await proxy.LineAsync(0, "changes are in place", "endpoints=1");
        Assert.Equal(["web-1"], await ServersAsync(lab, 20));
        await proxy.StopAsync();
        Assert.Equal(["web-1"], await ServersAsync(lab, 20));
    }

    [Fact]
    public async Task With_the_DaemonSets_files_it_follows_an_API_server_over_TLS_and_answers_over_HTTP()
    {
        if (LabProbe.Unavailable(LabVariant.Nft) is { } reason)
        {
            Assert.Skip(reason);
        }

        using var root = EmptyRoot.Create();
        using var lab = LabCluster.Build([new LabPod("web-0", 2), new LabPod("web-1", 3), new LabPod("shell", 20)]);
        var node = lab.Node.Machine;
        lab.Pod("web-0").Serve(L4Protocol.Tcp, PodPort);
        lab.Pod("web-1").Serve(L4Protocol.Tcp, PodPort);
        await using var server = await LabApiServer.StartAsync(node.Namespace, root.Folder("/var/lib/kube-proxy"));
        server.Serve([Node(lab), .. Objects("10.244.1.2", "10.244.1.3")]);
        root.Write("/etc/sluice/config.conf", EmptyRoot.Deployed("kustomize", "base", "config.conf").Replace("kubeconfig.conf", Path.GetFileName(server.Kubeconfig)));
        var start = root.Start(["proxy", "--config=/etc/sluice/config.conf", $"--hostname-override={node.Name}", "-v", "1"]);
        using var receiver = OtlpReceiver.Start(node.Namespace);
        start.Environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = receiver.Address;
        start.Environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "500";
        using var proxy = new ProxyProcess(node.Namespace.Start(start));
        await proxy.ReadyAsync("IPv4");
        await proxy.ReadyAsync("IPv6");
        Assert.Equal(["web-0", "web-1"], await ServersAsync(lab, 40));

        using var client = NamespaceHttp.NewClient(node.Namespace);
        var answers = new Dictionary<string, string>();
        foreach (var address in (string[])["10256/healthz", "10256/livez", "10256/readyz", "10249/metrics", "10249/proxyMode", "10249/configz"])
        {
            answers[address] = await client.GetStringAsync(new Uri($"http://127.0.0.1:{address}"), TestContext.Current.CancellationToken);
            output.WriteLine($"{address}: {answers[address][..Math.Min(answers[address].Length, 200)]}");
        }

        Assert.Equal("nftables", answers["10249/proxyMode"]);
        Assert.Contains("sluice_services{ip_family=\"IPv4\"} 1", answers["10249/metrics"].Split('\n'));
        Assert.Contains("\"detectLocalMode\":\"NodeCIDR\"", answers["10249/configz"], StringComparison.Ordinal);
        Assert.StartsWith("POST /v1/metrics ", await receiver.ReceiveAsync("sluice_services"), StringComparison.Ordinal);

        server.Serve([Node(lab), .. Objects("10.244.1.3")]);
        await proxy.LineAsync(0, "changes are in place", "endpoints=1");
        Assert.Equal(["web-1"], await ServersAsync(lab, 20));
        await proxy.StopAsync();
    }

    [Fact]
    public async Task Without_iptables_it_says_that_rules_of_that_kind_may_be_left_and_cleans_up_its_own()
    {
        using var root = EmptyRoot.Create();
        using var space = new NetworkNamespace("no-iptables");
        root.Write($"{Cluster}/web.json", Manifest("10.244.1.2"));
        using var proxy = new ProxyProcess(space.Start(root.Start(["proxy", "--proxy-mode", "nftables", "--replace-kube-proxy", "-c", Cluster, "--node", "node"])));
        await proxy.LineAsync(0, "level=warn", "iptables rules that routed before");
        await proxy.StopAsync();

        var cleanup = root.Run(space, "proxy", "--cleanup");
        Assert.True(cleanup.ExitCode == 0, cleanup.Error);
        Assert.Contains("table=sluice", cleanup.Error, StringComparison.Ordinal);
        var again = root.Run(space, "proxy", "--cleanup");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("nothing to remove", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_capability_it_names_it_and_ends()
    {
        using var root = EmptyRoot.Create();
        using var space = new NetworkNamespace("no-capability");
        root.Write($"{Cluster}/web.json", Manifest("10.244.1.2"));
        using var proxy = new ProxyProcess(space.Start(root.Start(["proxy", "--proxy-mode", "nftables", "-c", Cluster, "--node", "node"], capabilities: [])));
        Assert.Equal(2, await proxy.ExitAsync());
        Assert.Contains("CAP_NET_ADMIN", Assert.Single(proxy.Lines), StringComparison.Ordinal);
    }

    private static string Manifest(params string[] endpoints) => ClusterFile.List(Objects(endpoints));

    private static string[] Objects(params string[] endpoints) =>
    [
        ClusterFile.Service("web", s_web.ToString()),
        $$$"""
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": {"name": "web-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
         "addressType": "IPv4", "ports": [{"name": "", "port": {{{PodPort}}}, "protocol": "TCP"}],
         "endpoints": [{{{string.Join(", ", endpoints.Select(Endpoint))}}}]}
        """,
    ];

    private static string Node(LabCluster lab) => ObjectJson.Of(new Node(new ObjectName("", lab.Node.Machine.Name))
    {
        Addresses = lab.Node.Machine.Addresses.ToEquatableArray(),
        PodCidrs = LabAddresses.PodCidrs(1).ToEquatableArray(),
    });

    private static string Endpoint(string address) => $$"""{"addresses": ["{{address}}"], "nodeName": "node-1"}""";

    private static async Task<IReadOnlyList<string>> ServersAsync(LabCluster lab, int connections)
    {
        var results = await lab.Pod("shell").ConnectAsync(new LabFlow(L4Protocol.Tcp, s_web, ClientPort), connections);
        Assert.All(results, r => Assert.IsType<ConnectionResult.Delivered>(r));
        return [.. results.Cast<ConnectionResult.Delivered>().Select(r => r.Server).Distinct().Order(StringComparer.Ordinal)];
    }
}
