using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Sluice.KernelTests.Lab;
using Xunit;

namespace Sluice.KernelTests.Daemon;

/// <summary>What the real proxy answers over HTTP, in a namespace of its own.</summary>
public sealed class ServingTests(ITestOutputHelper output)
{
    private const string Health = "http://127.0.0.1:10256";
    private const string Metrics = "http://127.0.0.1:10249";

    [Theory]
    [InlineData("nftables")]
    [InlineData("iptables")]
    public async Task Kube_proxys_ports_tell_what_the_proxy_did(string mode)
    {
        using var lab = NftProxyLab.Create();
        lab.Namespace.Check("ip", ["link", "set", "lo", "up"]);
        lab.Write(ClusterFile.Json(20, _ => [0, 1]));
        var proxy = mode == "nftables" ? await lab.StartNftablesAsync() : await lab.StartAsync("--iptables-backend", "nft");
        using var client = NamespaceHttp.NewClient(lab.Namespace);
        Assert.Equal((200, """{"ready":true,"missing":[]}"""), await GetAsync(client, Health + "/readyz"));
        Assert.Equal(200, (await GetAsync(client, Health + "/livez")).Status);
        Assert.Equal((200, mode), await GetAsync(client, Metrics + "/proxyMode"));

        // No Node among the manifests.
        Assert.Equal(503, (await GetAsync(client, Health + "/healthz")).Status);

        var generation = lab.Generation();
        lab.Write(ClusterFile.Json(20, s => s == 3 ? [0, 1, 2] : [0, 1]));
        while (lab.Generation() == generation)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await Task.Delay(500, TestContext.Current.CancellationToken);
        var lines = (await GetAsync(client, Metrics + "/metrics")).Body.Split('\n');
        output.WriteLine(string.Join('\n', lines.Where(l => l.StartsWith("sluice_", StringComparison.Ordinal) && !l.Contains("_bucket", StringComparison.Ordinal))));
        output.WriteLine($"{lines.Length} lines, resident {proxy.ResidentBytes / 1024 / 1024} MB");
        Assert.Contains("sluice_services{ip_family=\"IPv4\"} 20", lines);
        Assert.Contains("kubeproxy_sync_full_proxy_rules_duration_seconds_count{ip_family=\"IPv4\"} 1", lines);
        Assert.Contains("kubeproxy_sync_partial_proxy_rules_duration_seconds_count{ip_family=\"IPv4\"} 1", lines);
        Assert.Contains("sluice_sync_stage_duration_seconds_count{ip_family=\"IPv4\",stage=\"send\"} 2", lines);
        Assert.Contains("sluice_drift_found_total{ip_family=\"IPv4\"} 0", lines);
        var written = lines.First(l => l.StartsWith("sluice_written_total{ip_family=\"IPv4\"", StringComparison.Ordinal));
        Assert.False(written.EndsWith(" 0", StringComparison.Ordinal), written);
        await proxy.StopAsync();
    }

    [Fact]
    public async Task A_hundred_connections_held_to_each_port_harm_nothing()
    {
        using var lab = NftProxyLab.Create();
        lab.Namespace.Check("ip", ["link", "set", "lo", "up"]);
        lab.Write(ClusterFile.Json(5, _ => [0, 1]));
        var proxy = await lab.StartNftablesAsync();
        List<Socket> held = [];
        foreach (var port in (int[])[10256, 10249])
        {
            for (var i = 0; i < 100; i++)
            {
                var socket = NamespaceHttp.NewSocket(lab.Namespace, AddressFamily.InterNetwork);
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), TestContext.Current.CancellationToken);
                if (i % 2 == 0)
                {
                    await socket.SendAsync(Encoding.ASCII.GetBytes("GET /metrics HTTP/1.1\r\nHost: a\r\nX-S"), TestContext.Current.CancellationToken);
                }

                held.Add(socket);
            }
        }

        using var client = NamespaceHttp.NewClient(lab.Namespace);
        Assert.Equal(200, (await GetAsync(client, Health + "/livez")).Status);
        var metrics = await GetAsync(client, Metrics + "/metrics");
        Assert.Contains("\nsluice_http_connections{port=\"healthz\"} 10", metrics.Body, StringComparison.Ordinal);
        lab.Write(ClusterFile.Json(6, _ => [0, 1, 2]));
        await lab.BecomesRightAsync(proxy);
        var begin = TimeProvider.System.GetTimestamp();
        proxy.Send(PosixSignal.SIGTERM);
        Assert.Equal(0, await proxy.ExitAsync());
        var time = TimeProvider.System.GetElapsedTime(begin);
        output.WriteLine($"stopped in {time.TotalSeconds:0.00} s");
        Assert.True(time < TimeSpan.FromSeconds(10), $"{time}\n{proxy.Log}");
        held.ForEach(s => s.Dispose());
    }

    private static async Task<(int Status, string Body)> GetAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
