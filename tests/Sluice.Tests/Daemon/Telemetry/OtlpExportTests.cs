using System.Net;
using System.Text;
using OpenTelemetry.Exporter;
using Sluice.Daemon;
using Sluice.Daemon.Telemetry;
using Xunit;

namespace Sluice.Tests.Daemon.Telemetry;

public sealed class OtlpExportTests
{
    private readonly StringWriter _log = new();

    [Fact]
    public async Task A_collector_gets_the_metrics_that_prometheus_reads()
    {
        using var collector = Listen(out var address);
        var request = collector.GetContextAsync();
        using var registry = new MetricRegistry(ProxyMode.Nftables);
        using (Start(address, TimeSpan.FromSeconds(1)))
        {
            registry.AddCounter("sluice_batches_total").Add(3, new KeyValuePair<string, object?>("ip_family", "IPv6"));
            registry.AddHistogram("kubeproxy_sync_proxy_rules_duration_seconds").Record(0.5, new KeyValuePair<string, object?>("ip_family", "IPv6"));
            var context = await request.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body, TestContext.Current.CancellationToken);
            var text = Encoding.Latin1.GetString(body.ToArray());
            foreach (var word in (string[])["sluice_batches_total", "kubeproxy_sync_proxy_rules_duration_seconds", "IPv6", "service.name", "node-1"])
            {
                Assert.Contains(word, text, StringComparison.Ordinal);
            }

            // The bounds of kube-proxy's buckets, as the protocol has them: 64-bit numbers.
            Assert.Contains(Encoding.Latin1.GetString([.. BitConverter.GetBytes(8.192), .. BitConverter.GetBytes(16.384)]), text, StringComparison.Ordinal);
            Assert.Equal("/v1/metrics", context.Request.Url!.AbsolutePath);
            context.Response.Close();
        }
    }

    [Fact]
    public async Task Nobody_there_is_told_once_and_holds_nothing_up()
    {
        using (var collector = Listen(out var address))
        {
            collector.Close();
            using var registry = new MetricRegistry(ProxyMode.Nftables);
            using var export = Start(address, TimeSpan.FromMilliseconds(100));
            var patience = TimeProvider.System.GetTimestamp();
            while (!_log.ToString().Contains("level=warn", StringComparison.Ordinal))
            {
                Assert.True(TimeProvider.System.GetElapsedTime(patience) < TimeSpan.FromSeconds(60), _log.ToString());
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            await Task.Delay(500, TestContext.Current.CancellationToken);
        }

        Assert.Equal(2, _log.ToString().TrimEnd().Split('\n').Length);
    }

    private OtlpExport Start(string address, TimeSpan period) => OtlpExport.Start(
        new OtlpExporterOptions { Protocol = OtlpExportProtocol.HttpProtobuf, Endpoint = new Uri(address + "v1/metrics"), TimeoutMilliseconds = 1000 },
        period,
        "node-1",
        new EventLog(_log, TimeProvider.System, 0));

    private static HttpListener Listen(out string address)
    {
        var listener = new HttpListener();
        using var probe = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndPoint!).Port}/";
        probe.Close();
        listener.Prefixes.Add(address);
        listener.Start();
        return listener;
    }
}
