using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sluice.Daemon;
using Sluice.Kubernetes.Intent;
using Sluice.Kubernetes.Objects;
using Sluice.Net;
using Xunit;

namespace Sluice.Tests.Daemon.Serving;

/// <summary>What the proxy answers, end to end over loopback.</summary>
public sealed class ProxyWebTests
{
    private static readonly NodeProfile s_node = new()
    {
        Name = "node",
        LocalAddresses = [NetAddress.Parse("127.0.0.1")],
        NodePortAddresses = [Prefix.Parse("127.0.0.0/8")],
    };

    [Fact]
    public async Task Health_and_readiness_follow_the_proxy()
    {
        await using var web = await RunningWeb.StartAsync();
        Assert.Equal(503, (await WebClient.GetAsync(web.Healthz, "/healthz")).Status);
        Assert.Equal(503, (await WebClient.GetAsync(web.Healthz, "/readyz")).Status);
        web.Health.Start();
        web.Arrive(new Node(new ObjectName("", "node")));
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1));
        web.Sync(IPFamily.IPv6, SyncKind.Full, new WriteResult(WriteStatus.Done, 1));
        var answer = await WebClient.GetAsync(web.Healthz, "/healthz");
        Assert.Equal((200, "application/json"), (answer.Status, answer.Headers["Content-Type"]));
        using var json = JsonDocument.Parse(answer.Body);
        Assert.Equal(["lastUpdated", "currentTime", "nodeEligible", "healthy", "status"], json.RootElement.EnumerateObject().Select(p => p.Name));
        Assert.Equal(200, (await WebClient.GetAsync(web.Healthz, "/readyz")).Status);
        var metrics = (await WebClient.GetAsync(web.Metrics, "/metrics")).Body;
        Assert.Contains("\nkubeproxy_proxy_healthz_total{code=\"503\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nkubeproxy_proxy_healthz_total{code=\"200\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_port_answers_as_kube_proxys_does()
    {
        await using var web = await RunningWeb.StartAsync(change: s => s with { Configuration = () => "{\"kubeproxy.config.k8s.io\":{}}"u8.ToArray() });
        Assert.Equal("nftables", (await WebClient.GetAsync(web.Metrics, "/proxyMode")).Body);
        Assert.Equal("ok", (await WebClient.GetAsync(web.Metrics, "/healthz")).Body);
        Assert.Equal("{\"kubeproxy.config.k8s.io\":{}}", (await WebClient.GetAsync(web.Metrics, "/configz")).Body);
        var profile = await WebClient.GetAsync(web.Metrics, "/debug/pprof/heap");
        Assert.Equal(404, profile.Status);
        Assert.Single(profile.Body.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task What_syncs_did_is_counted()
    {
        await using var web = await RunningWeb.StartAsync();
        web.Health.Start();
        web.Arrive(TestCluster.ServiceOf(1), TestCluster.SliceOf(1, 1, 0), TestCluster.SliceOf(2, 1, 0));
        var before = (await WebClient.GetAsync(web.Metrics, "/metrics")).Body;
        Assert.Contains("\nkubeproxy_sync_proxy_rules_service_changes_pending 1\n", before, StringComparison.Ordinal);
        Assert.Contains("\nkubeproxy_sync_proxy_rules_endpoint_changes_pending 2\n", before, StringComparison.Ordinal);
        foreach (var family in (IPFamily[])[IPFamily.IPv4, IPFamily.IPv6])
        {
            web.MeterOf(family).CountElements(7);
            web.Sync(family, SyncKind.Full, new WriteResult(WriteStatus.Done, 2));
        }

        web.Sync(IPFamily.IPv4, SyncKind.Audit, new WriteResult(WriteStatus.Done, 1) { Findings = ["one", "two"] });
        web.Sync(IPFamily.IPv6, SyncKind.Audit, new WriteResult(WriteStatus.Failed, 0) { Findings = ["three"], Problem = "no" });
        var after = (await WebClient.GetAsync(web.Metrics, "/metrics")).Body;
        foreach (var line in (string[])
        [
            "kubeproxy_sync_proxy_rules_service_changes_pending 0",
            "kubeproxy_sync_proxy_rules_endpoint_changes_pending 0",
            "kubeproxy_sync_proxy_rules_service_changes_total 1",
            "kubeproxy_sync_proxy_rules_endpoint_changes_total 2",
            "kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family=\"IPv4\"} 1",
            "kubeproxy_sync_proxy_rules_nftables_sync_failures_total{ip_family=\"IPv4\"} 0",
            "kubeproxy_sync_proxy_rules_nftables_sync_failures_total{ip_family=\"IPv6\"} 1",
            "sluice_written_total{ip_family=\"IPv4\",what=\"elements\"} 7",
            "sluice_batches_total{ip_family=\"IPv4\"} 3",
            "sluice_drift_found_total{ip_family=\"IPv4\"} 2",
            "sluice_drift_mended_total{ip_family=\"IPv4\"} 2",
            "sluice_drift_found_total{ip_family=\"IPv6\"} 1",
            "sluice_drift_mended_total{ip_family=\"IPv6\"} 0",
        ])
        {
            Assert.Contains($"\n{line}\n", after, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Network_programming_is_measured_from_what_slices_say_and_only_of_what_came_after_the_start()
    {
        await using var web = await RunningWeb.StartAsync();
        web.Health.Start();
        var now = TimeProvider.System.GetUtcNow();
        web.Arrive(TestCluster.SliceOf(1, 1, 0) with { LastChange = new TriggerTime(now - TimeSpan.FromDays(1)) });
        web.Arrive(TestCluster.SliceOf(2, 1, 0) with { LastChange = new TriggerTime(now + TimeSpan.FromMilliseconds(1)) });
        web.Arrive(TestCluster.SliceOf(3, 1, 0) with { LastChange = new TriggerTime(now + TimeSpan.FromMilliseconds(1)) });
        await Task.Delay(300, TestContext.Current.CancellationToken);
        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1));
        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1));
        web.Sync(IPFamily.IPv6, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1));
        var lines = (await WebClient.GetAsync(web.Metrics, "/metrics")).Body.Split('\n');
        Assert.Contains("kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv4\"} 2", lines);
        Assert.Contains("kubeproxy_network_programming_duration_seconds_bucket{ip_family=\"IPv4\",le=\"0.25\"} 0", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("kubeproxy_network_programming_duration_seconds_count{ip_family=\"IPv6\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ports_that_have_no_endpoint_here_are_counted_by_policy()
    {
        await using var web = await RunningWeb.StartAsync();
        var inside = TestCluster.ServiceOf(1) with { InternalTrafficPolicy = TrafficPolicy.Local };
        var outside = TestCluster.ServiceOf(2, ServiceType.NodePort, ports: 2) with { ExternalTrafficPolicy = TrafficPolicy.Local };
        var served = TestCluster.ServiceOf(3) with { InternalTrafficPolicy = TrafficPolicy.Local };
        var empty = TestCluster.ServiceOf(4) with { InternalTrafficPolicy = TrafficPolicy.Local };
        EndpointSlice[] slices = [TestCluster.SliceOf(1, 1, 1), TestCluster.SliceOf(2, 2, 1), TestCluster.SliceOf(3, 1, 0, 1), TestCluster.SliceOf(4, 1)];
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1), ServiceIntent.Of([inside, outside, served, empty], n => [.. slices.Where(s => s.Service == n)], s_node, IPFamily.IPv4));
        var lines = (await WebClient.GetAsync(web.Metrics, "/metrics")).Body.Split('\n');
        Assert.Contains("kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family=\"IPv4\",traffic_policy=\"internal\"} 1", lines);
        Assert.Contains("kubeproxy_sync_proxy_rules_no_local_endpoints_total{ip_family=\"IPv4\",traffic_policy=\"external\"} 2", lines);
        Assert.Contains("sluice_services{ip_family=\"IPv4\"} 4", lines);
    }

    [Fact]
    public async Task A_health_check_port_comes_moves_and_goes_with_its_Service()
    {
        await using var web = await RunningWeb.StartAsync();
        var (one, two) = (FreePort(), FreePort());
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1), Intent((1, one), 0, 1, 2));
        var answer = await RunningWeb.UntilAsync(one, "/whatever", a => a.Status == 200);
        Assert.Equal("{\n\t\"service\": {\n\t\t\"namespace\": \"ns\",\n\t\t\"name\": \"s1\"\n\t},\n\t\"localEndpoints\": 2,\n\t\"serviceProxyHealthy\": true\n}", answer.Body);
        Assert.Equal(("application/json", "nosniff", "2"), (answer.Headers["Content-Type"], answer.Headers["X-Content-Type-Options"], answer.Headers["X-Load-Balancing-Endpoint-Weight"]));

        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1), Intent((1, one), 1, 3));
        answer = await RunningWeb.UntilAsync(one, "/", a => a.Status == 503);
        Assert.Contains("\"localEndpoints\": 0,\n\t\"serviceProxyHealthy\": true", answer.Body, StringComparison.Ordinal);
        Assert.Equal("0", answer.Headers["X-Load-Balancing-Endpoint-Weight"]);

        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1), Intent((1, two), 0));
        _ = await RunningWeb.UntilAsync(two, "/", a => a.Status == 200);
        await ClosedAsync(one);
        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1), ServiceIntent.Empty(s_node, IPFamily.IPv4));
        await ClosedAsync(two);
    }

    [Fact]
    public async Task Two_Services_may_change_their_health_check_ports()
    {
        await using var web = await RunningWeb.StartAsync();
        var (one, two) = (FreePort(), FreePort());
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1), Intent([(1, one), (2, two)], 0));
        _ = await RunningWeb.UntilAsync(one, "/", a => a.Body.Contains("s1", StringComparison.Ordinal));
        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1), Intent([(1, two), (2, one)], 0));
        _ = await RunningWeb.UntilAsync(one, "/", a => a.Body.Contains("s2", StringComparison.Ordinal));
        _ = await RunningWeb.UntilAsync(two, "/", a => a.Body.Contains("s1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_health_check_port_that_somebody_has_is_told_once_and_taken_when_it_is_free()
    {
        await using var web = await RunningWeb.StartAsync();
        using var somebody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        somebody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        somebody.Listen();
        var address = (IPEndPoint)somebody.LocalEndPoint!;
        web.Sync(IPFamily.IPv4, SyncKind.Full, new WriteResult(WriteStatus.Done, 1), Intent((1, address), 0));
        _ = await RunningWeb.UntilAsync(web.Metrics, "/metrics", a => a.Body.Contains("sluice_health_check_ports{ip_family=\"IPv4\",state=\"failed\"} 1", StringComparison.Ordinal));
        web.Sync(IPFamily.IPv4, SyncKind.Changes, new WriteResult(WriteStatus.Done, 1), Intent((1, address), 0));
        await Task.Delay(300, TestContext.Current.CancellationToken);
        Assert.Single(web.Log.Split('\n'), l => l.Contains("level=error", StringComparison.Ordinal));
        var told = Assert.Single(web.Events);
        Assert.Equal(("FailedToStartServiceHealthcheck", new ObjectName("ns", "s1")), (told.Reason, told.Service));
        somebody.Dispose();
        _ = await RunningWeb.UntilAsync(address, "/", a => a.Status == 200);
    }

    [Fact]
    public async Task An_address_that_somebody_has_is_told_once_and_the_proxy_goes_on()
    {
        using var somebody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        somebody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        somebody.Listen();
        var address = (IPEndPoint)somebody.LocalEndPoint!;
        await using var web = await RunningWeb.StartAsync(change: s => s with { HealthzBindAddress = address });
        Assert.Equal("FailedToStartProxierHealthcheck", Assert.Single(web.Events).Reason);
        Assert.Equal(200, (await WebClient.GetAsync(web.Metrics, "/metrics")).Status);
        somebody.Dispose();
        _ = await RunningWeb.UntilAsync(address, "/livez", a => a.Status == 200);
    }

    [Fact]
    public async Task An_address_that_somebody_has_ends_the_proxy_when_that_is_wanted()
    {
        using var somebody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        somebody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        somebody.Listen();
        var failure = await Assert.ThrowsAsync<CommandFailure>(() =>
            RunningWeb.StartAsync(change: s => s with { MetricsBindAddress = (IPEndPoint)somebody.LocalEndPoint!, BindAddressHardFail = true }));
        Assert.StartsWith($"metrics cannot be served at {somebody.LocalEndPoint}: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_served_where_nothing_is_to_be()
    {
        await using var web = await RunningWeb.StartAsync(change: _ => new ServingSettings());
        Assert.DoesNotContain("serving", web.Log, StringComparison.Ordinal);
    }

    private static ServiceIntent Intent((int Service, IPEndPoint Address) port, params int[] endpoints) => Intent([port], endpoints);

    private static ServiceIntent Intent((int Service, IPEndPoint Address)[] ports, params int[] endpoints) => ServiceIntent.Of(
        ports.Select(p => TestCluster.ServiceOf(p.Service, ServiceType.LoadBalancer) with { ExternalTrafficPolicy = TrafficPolicy.Local, HealthCheckNodePort = p.Address.Port }),
        name => [TestCluster.SliceOf(int.Parse(name.Name[1..], CultureInfo.InvariantCulture), 1, endpoints)],
        s_node,
        IPFamily.IPv4);

    private static IPEndPoint FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (IPEndPoint)probe.LocalEndPoint!;
    }

    private static async Task ClosedAsync(IPEndPoint address)
    {
        for (var i = 0; i < 500; i++)
        {
            try
            {
                (await WebClient.HoldAsync(address)).Dispose();
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // A listener that is just closing resets what it had not accepted yet.
            }
            catch (SocketException e)
            {
                Assert.Equal(SocketError.ConnectionRefused, e.SocketErrorCode);
                return;
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{address} is still open");
    }
}
